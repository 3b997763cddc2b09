/**
 * The image that a file of the editor is: `greeter.image.js` holds the program of `greeter`, whatever the tag. Undefined: it is none.
 */
export function imageOfFile(fileName: string): string | undefined {
  return /^([a-z0-9]+(?:[._-]+[a-z0-9]+)*)\.image\.js$/.exec(fileName)?.[1];
}
