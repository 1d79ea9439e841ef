/** The kinds of tokens, as the lexer tells them to the parser. */
export type TokenKind = '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'integer' | 'double' | 'keyword';

/** A run of bytes that may have been collected over several chunks. Valid only during the call it is passed to. */
export interface TokenBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}
