export type { MessagePortLike } from './message-port.js';
export { messagePortChardev } from './message-port.js';
export type { WebSocketEvent, WebSocketLike } from './web-socket.js';
export { openWebSocket } from './web-socket.js';
