import type { HttpReply, Process } from '@tabernetes/node-api';
import { attempt } from '../programs/support/command.ts';
import { mediaType, text } from './serve.ts';

/** A page of nginx that says what went wrong. */
export function errorPage(status: number, title: string): HttpReply {
  return text(
    `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>nginx/1.27.0</center>\r\n</body>\r\n</html>\r\n`,
    status,
    'text/html',
  );
}

/** A file of the container as a web server gives it; undefined: there is none. */
export function fileReply(process: Process, file: string, path: string): HttpReply | undefined {
  const stat = attempt(() => process.fs.stat(file));
  if ('error' in stat) return undefined;
  if (stat.value.type === 'directory') {
    if (!path.endsWith('/')) return { status: 301, headers: { location: `${path}/` } };
    const index = attempt(() => process.fs.readFile(`${file.replace(/\/$/, '')}/index.html`));
    return 'value' in index
      ? { status: 200, headers: { 'content-type': 'text/html' }, body: index.value }
      : errorPage(403, 'Forbidden');
  }
  const read = attempt(() => process.fs.readFile(file));
  if ('error' in read) return errorPage(403, 'Forbidden');
  return {
    status: 200,
    headers: { 'content-type': mediaType(file) ?? 'application/octet-stream' },
    body: read.value,
  };
}
