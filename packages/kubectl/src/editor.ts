import type { Process } from '@tabernetes/node-api';
import { Aggregate } from './errors.ts';
import { onFile } from './files/file-problem.ts';

/**
 * Opens `$KUBE_EDITOR`, `$EDITOR` or vi on a temporary file, and resolves with what is in it afterwards.
 *
 * @throws {Aggregate} when there is no such program, or it failed
 * @see k8s.io/kubectl/pkg/cmd/util/editor/editor.go
 */
export async function launchEditor(process: Process, text: string, fileName: string): Promise<string> {
  const { env, fs } = process;
  const editor = env['KUBE_EDITOR'] || env['EDITOR'] || 'vi';
  const path = `/tmp/${fileName}`;
  fs.mkdir('/tmp', { recursive: true });
  fs.writeFile(path, text, { mode: 0o600 });
  try {
    // Words are arguments; with quotes in it, it is a line of a shell.
    const isLine = /["'\\]/.test(editor);
    const argv = isLine ? ['sh', '-c', `${editor} "${path}"`] : [...editor.split(' '), path];
    const code = await process.spawn(argv).exited;
    const name = JSON.stringify(isLine ? `sh -c ${editor}` : editor);
    if (code === 127) throw new Aggregate([new Error(`unable to launch the editor ${name}`)]);
    if (code !== 0) throw new Aggregate([new Error(`there was a problem with the editor ${name}`)]);
    return onFile('open', path, () => fs.readText(path));
  } finally {
    fs.remove(path, { force: true });
  }
}
