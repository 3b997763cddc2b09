import type { HttpCall, HttpReply, Program } from '@tabernetes/node-api';
import { formatDate } from '../programs/support/date-format.ts';
import { serveUntilStopped, target } from './serve.ts';
import { errorPage, fileReply } from './web-files.ts';

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
