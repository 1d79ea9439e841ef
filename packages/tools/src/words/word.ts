/** One way to go on with the word under the cursor. */
export interface Word {
  /** The whole word. One that ends in `=`, `.` or `/` wants no blank behind it. */
  readonly text: string;
  readonly note: string;
}
