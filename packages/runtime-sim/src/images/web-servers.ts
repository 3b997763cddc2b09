import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { attempt } from '../programs/support/command.ts';
import { formatDate } from '../programs/support/date-format.ts';
import { flag, mediaType, serveUntilStopped, target, text, untilStopped } from './serve.ts';

function errorPage(status: number, title: string): HttpReply {
  return text(
    `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>nginx/1.27.0</center>\r\n</body>\r\n</html>\r\n`,
    status,
    'text/html',
  );
}

function fileReply(process: Process, file: string, path: string): HttpReply | undefined {
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

/** Apache, with its documents where the image has them. */
export function httpd(root: string, fallback: HttpReply): Program {
  return async (process) => {
    const when = formatDate('%a %b %d %H:%M:%S.%N', process.now()).replace(/0{3}$/, '');
    await process.stderr.write(
      `[${when} ${formatDate('%Y', process.now())}] [mpm_event:notice] [pid ${process.pid}:tid 1] AH00489: Apache/2.4.59 (Unix) configured -- resuming normal operations\n`,
    );
    const handler = (call: HttpCall): HttpReply => {
      const { path } = target(call);
      const reply = fileReply(process, root + path, path);
      return reply === undefined || reply.status === 403
        ? path === '/'
          ? fallback
          : errorPage(404, 'Not Found')
        : reply;
    };
    return serveUntilStopped(process, [{ port: 80, handler, onTerm: 0 }]);
  };
}

/** agnhost, by its subcommand. */
export const agnhost: Program = async (process) => {
  const [, command = 'pause'] = process.argv;
  const port = Number(
    flag(process, 'http-port') ??
      flag(process, 'port') ??
      (command === 'serve-hostname' ? 9376 : command === 'test-webserver' ? 80 : 8080),
  );
  const startedMs = process.now();
  switch (command) {
    case 'pause':
      await process.stdout.write('Paused\n');
      return untilStopped(process, 0);
    case 'liveness':
      return serveUntilStopped(process, [
        {
          port: 8080,
          handler: () =>
            process.now() - startedMs > 10_000 ? text(`error: ${(process.now() - startedMs) / 1000}`, 500) : text('ok'),
        },
      ]);
    case 'serve-hostname':
      return serveUntilStopped(process, [{ port, handler: () => text(process.hostname) }]);
    case 'netexec':
      await process.stdout.write(
        `${formatDate('%Y/%m/%d %H:%M:%S', process.now())} Started HTTP server on port ${port}\n`,
      );
      return serveUntilStopped(process, [{ port, handler: (call) => netexec(process, call) }]);
    case 'test-webserver':
    case 'porter':
      return serveUntilStopped(process, [
        {
          port,
          handler: (call) =>
            fileReply(process, target(call).path, target(call).path) ?? text('404 page not found\n', 404),
        },
      ]);
    default:
      await process.stderr.write(`Error: unknown command "${command}" for "app"\nRun 'app --help' for usage.\n`);
      return 1;
  }
};

function netexec(process: Process, call: HttpCall): HttpReply {
  const { path, query } = target(call);
  switch (path) {
    case '/':
      return text(`NOW: ${formatDate('%F %T.%N +0000 UTC', process.now())}`);
    case '/hostname':
    case '/hostName':
      return text(process.hostname);
    case '/clientip':
      return text(`${call.remote.ip}:${call.remote.port}`);
    case '/echo':
      return text(query.get('msg') ?? '', Number(query.get('code') ?? 200));
    case '/healthz':
      return text('');
    default:
      return text('404 page not found\n', 404);
  }
}
