import { Emulator, type EmulatorOptions } from './emulator.js';
import type { EmulatorEvent } from './events.js';
import { type MessageEnd, serve } from './rpc.js';
import { captureScreen, type ScreenPicture } from './screen.js';

/** What the host can ask of the thread an emulator lives in. `create` comes first. */
export type EmulatorApi = {
  readonly create: (options: EmulatorOptions) => Promise<void>;
  readonly run: () => void;
  readonly stop: () => void;
  readonly reset: () => void;
  readonly powerButton: () => void;
  readonly setResetOnRequest: (on: boolean) => void;
  readonly serialInput: (port: number, data: Uint8Array) => void;
  readonly scancodes: (codes: readonly number[]) => void;
  readonly captureScreen: () => ScreenPicture;
  readonly textScreen: () => string[];
  readonly destroy: () => void;
};

/** Serves one emulator over a message port. */
export function serveEmulator(port: MessageEnd): void {
  let current: Emulator | undefined;
  const emulator = () => {
    if (current === undefined) throw new Error('the emulator has not been created');
    return current;
  };
  const api: EmulatorApi = {
    create: async (options) => {
      current = await Emulator.create(options, (event) => send(event));
    },
    run: () => emulator().run(),
    stop: () => emulator().stop(),
    reset: () => emulator().reset(),
    powerButton: () => emulator().powerButton(),
    setResetOnRequest: (on) => {
      emulator().resetOnRequest = on;
    },
    serialInput: (number, data) => emulator().serialInput(number, data),
    scancodes: (codes) => emulator().scancodes(codes),
    captureScreen: () => captureScreen(emulator().internals),
    textScreen: () => emulator().internals.screen_adapter.get_text_screen(),
    destroy: () => current?.destroy(),
  };
  const send = serve<EmulatorEvent>(port, api);
}
