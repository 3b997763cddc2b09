import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { formatDate } from '../programs/support/date-format.ts';
import { serveUntilStopped, target, text } from './serve.ts';
import { escapeHtml, findFile } from './web-files.ts';

const VERSION = 'Apache/2.4.62 (Unix)';
export const IT_WORKS = '<html><body><h1>It works!</h1></body></html>\n';

/** Apache, with its documents where the image has them; directories without an index.html are listed. */
export function httpd(root: string): Program {
  return async (process) => {
    const [ip = '127.0.0.1'] = process.net.addresses;
    const unnamed = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${ip}. Set the 'ServerName' directive globally to suppress this message\n`;
    await process.stderr.write(unnamed.repeat(2));
    await notice(process, 'mpm_event', `AH00489: ${VERSION} configured -- resuming normal operations`);
    await notice(process, 'core', "AH00094: Command line: 'httpd -D FOREGROUND'");
    const handler = async (call: HttpCall): Promise<HttpReply> => {
      const reply = answer(process, call, root);
      const { status = 200, body = '' } = reply;
      const bytes =
        typeof body === 'string' ? new TextEncoder().encode(body).length : 'length' in body ? body.length : 0;
      const when = formatDate('%d/%b/%Y:%H:%M:%S +0000', process.now());
      await process.stdout.write(
        `${call.remote.ip} - - [${when}] "${call.method} ${call.url} HTTP/1.1" ${status} ${bytes || '-'}\n`,
      );
      return { ...reply, headers: { server: VERSION, ...reply.headers } };
    };
    return serveUntilStopped(process, [{ port: 80, handler, onTerm: 0 }]);
  };
}

function answer(process: Process, call: HttpCall, root: string): HttpReply {
  const { path } = target(call);
  const found = findFile(process, root + path, path);
  switch (found.kind) {
    case 'file':
      return found.reply;
    case 'moved': {
      const location = `http://${call.headers['host'] ?? process.hostname}${found.location}`;
      const said = `<p>The document has moved <a href="${escapeHtml(location)}">here</a>.</p>`;
      return { ...page(301, 'Moved Permanently', said), headers: { location, 'content-type': HTML } };
    }
    case 'directory':
      return text(listing(path, found.names), 200, HTML);
    case 'missing':
      return page(404, 'Not Found', '<p>The requested URL was not found on this server.</p>');
    case 'denied':
      return page(403, 'Forbidden', "<p>You don't have permission to access this resource.</p>");
  }
}

const HTML = 'text/html; charset=iso-8859-1';

/** What httpd says in place of a document. */
function page(status: number, title: string, said: string): HttpReply {
  const head = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n`;
  return text(`${head}<h1>${title}</h1>\n${said}\n</body></html>\n`, status, HTML);
}

function listing(path: string, names: readonly string[]): string {
  const title = `Index of ${escapeHtml(path.length > 1 ? path.replace(/\/$/, '') : path)}`;
  const up =
    path === '/' ? '' : `<li><a href="${escapeHtml(path.replace(/[^/]+\/$/, ''))}"> Parent Directory</a></li>\n`;
  const items = names.map((name) => `<li><a href="${encodeURI(name)}"> ${escapeHtml(name)}</a></li>\n`).join('');
  const head = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n`;
  return `${head}<h1>${title}</h1>\n<ul>${up}${items}</ul>\n</body></html>\n`;
}

function notice(process: Process, module: string, message: string): Promise<void> {
  const now = process.now();
  const when = formatDate('%a %b %d %H:%M:%S.%N', now).replace(/0{3}$/, '');
  const head = `[${when} ${formatDate('%Y', now)}] [${module}:notice] [pid ${process.pid}:tid ${process.pid}]`;
  return process.stderr.write(`${head} ${message}\n`);
}
