import type { Program } from '@tabernetes/node-api';

/**
 * `vi FILE…` and its like: the editor of whoever sits at the terminal, on one file after the other. What is given up is
 * left as it was.
 */
export const editorProgram: Program = async ({ argv, fs, stderr, terminal }) => {
  const [called = 'vi', ...words] = argv;
  const name = called.slice(called.lastIndexOf('/') + 1);
  const paths = words.filter((word) => !/^[-+]/.test(word));
  if (paths.length === 0) {
    await stderr.write(`Usage: ${name} FILE...\n`);
    return 1;
  }
  if (terminal?.edit === undefined) {
    await stderr.write(`${name}: there is no editor at this terminal\n`);
    return 1;
  }
  for (const path of paths) {
    const isThere = fs.exists(path);
    if (isThere && fs.stat(path).type === 'directory') {
      await stderr.write(`${name}: ${path}: Is a directory\n`);
      return 1;
    }
    const before = isThere ? fs.readText(path) : '';
    const after = await terminal.edit(before, path.slice(path.lastIndexOf('/') + 1));
    if (after !== undefined && (after !== before || !isThere)) fs.writeFile(path, after);
  }
  return 0;
};
