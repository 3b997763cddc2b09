import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { attempt } from '../programs/support/command.ts';
import { formatDate } from '../programs/support/date-format.ts';
import { flag, serveUntilStopped, target, text, untilStopped } from './serve.ts';

const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
`;

export const NGINX_INDEX = WELCOME;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/** Nginx: static files, and of its configuration listen, root, return and proxy_pass to one place. */
export const nginx: Program = async (process) => {
  const args = process.argv.slice(1);
  if (args.includes('-v') || args.includes('-V')) {
    await process.stderr.write('nginx version: nginx/1.27.0\n');
    return 0;
  }
  if (args.includes('-t') || args.includes('-T')) {
    await process.stderr.write(
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
    );
    if (args.includes('-T'))
      for (const [path, conf] of configurations(process))
        await process.stdout.write(`# configuration file ${path}:\n${conf}\n`);
    return 0;
  }
  const asked = args.indexOf('-s');
  if (asked >= 0) {
    if (args[asked + 1] !== 'reload') process.kill(1, 'QUIT');
    return 0;
  }
  await process.stdout.write('/docker-entrypoint.sh: Configuration complete; ready for start up\n');
  const servers = configurations(process).flatMap(([, conf]) => serversOf(conf));
  if (servers.length === 0)
    servers.push({ port: 80, root: '/usr/share/nginx/html', returns: undefined, proxy: undefined });
  process.usage({ memoryBytes: 8_000_000 });
  return serveUntilStopped(
    process,
    servers.map((server) => ({
      port: server.port,
      handler: (call: HttpCall) => nginxReply(process, server, call),
      onTerm: 0,
    })),
  );
};

interface NginxServer {
  readonly port: number;
  readonly root: string;
  readonly returns: { readonly status: number; readonly body: string } | undefined;
  readonly proxy: string | undefined;
}

function configurations(process: Process): (readonly [string, string])[] {
  const names = attempt(() => process.fs.readDirectory('/etc/nginx/conf.d'));
  const files =
    'value' in names
      ? names.value.filter((name) => name.endsWith('.conf')).map((name) => `/etc/nginx/conf.d/${name}`)
      : [];
  const read = ['/etc/nginx/nginx.conf', ...files].map(
    (path) => [path, attempt(() => process.fs.readText(path))] as const,
  );
  return read.flatMap(([path, found]) => ('value' in found ? [[path, found.value] as const] : []));
}

function serversOf(conf: string): NginxServer[] {
  const bare = conf.replace(/#[^\n]*/g, '');
  return bare
    .split(/\bserver\s*\{/)
    .slice(1)
    .map((block) => {
      const value = (name: string): string | undefined => new RegExp(`\\b${name}\\s+([^;]+);`).exec(block)?.[1]?.trim();
      const [status = '200', ...body] = (value('return') ?? '').split(/\s+/);
      return {
        port: Number(/(\d+)(?:\s|$)/.exec(value('listen') ?? '80')?.[1] ?? 80),
        root: (value('root') ?? '/usr/share/nginx/html').replace(/\/$/, ''),
        returns:
          value('return') === undefined
            ? undefined
            : {
                status: Number(status),
                body: body
                  .join(' ')
                  .replace(/^['"]|['"]$/g, '')
                  .replaceAll('\\n', '\n'),
              },
        proxy: value('proxy_pass'),
      };
    });
}

async function nginxReply(process: Process, server: NginxServer, call: HttpCall): Promise<HttpReply> {
  const reply = await contentOf(process, server, call);
  const bytes = typeof reply.body === 'string' || reply.body instanceof Uint8Array ? reply.body.length : 0;
  const when = formatDate('%d/%b/%Y:%H:%M:%S +0000', process.now());
  const agent = call.headers['user-agent'] ?? '-';
  await process.stdout.write(
    `${call.remote.ip} - - [${when}] "${call.method} ${call.url} HTTP/1.1" ${reply.status ?? 200} ${bytes} "-" "${agent}" "-"\n`,
  );
  return { ...reply, headers: { server: 'nginx/1.27.0', ...reply.headers } };
}

async function contentOf(process: Process, { root, returns, proxy }: NginxServer, call: HttpCall): Promise<HttpReply> {
  if (returns !== undefined)
    return returns.status >= 300 && returns.status < 400
      ? { status: returns.status, headers: { location: returns.body } }
      : text(returns.body, returns.status);
  if (proxy !== undefined) {
    const answer = await attemptFetch(process, `${proxy.replace(/\/$/, '')}${call.url}`, call);
    return answer ?? errorPage(502, 'Bad Gateway');
  }
  const { path } = target(call);
  const file = root + decodeURIComponent(path);
  return fileReply(process, file, path) ?? errorPage(404, 'Not Found');
}

async function attemptFetch(process: Process, url: string, call: HttpCall): Promise<HttpReply | undefined> {
  try {
    const { host: _host, ...headers } = call.headers;
    const answer = await process.net.fetch(url, {
      method: call.method,
      headers,
      ...(call.method === 'GET' || call.method === 'HEAD' ? {} : { body: await call.text() }),
    });
    return { status: answer.status, headers: answer.headers, body: answer.body };
  } catch {
    return undefined; // whatever went wrong behind the proxy, its client sees 502
  }
}

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
    headers: { 'content-type': TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream' },
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

/** A server that answers everything alike. */
export function fixedServer(
  port: number,
  line: string,
  reply: (process: Process, call: HttpCall) => HttpReply,
  onTerm?: number,
): Program {
  return async (process) => {
    if (line !== '') await process.stdout.write(`${line}\n`);
    return serveUntilStopped(process, [
      { port, handler: (call) => reply(process, call), ...(onTerm === undefined ? {} : { onTerm }) },
    ]);
  };
}

/** hashicorp/http-echo */
export const httpEcho: Program = async (process) => {
  const listen = flag(process, 'listen') ?? ':5678';
  const body = flag(process, 'text') ?? process.env['ECHO_TEXT'] ?? '';
  if (body === '') {
    await process.stderr.write('Missing -text option!\n');
    return 127;
  }
  await process.stdout.write(
    `${formatDate('%Y/%m/%d %H:%M:%S', process.now())} [INFO] server is listening on ${listen}\n`,
  );
  return serveUntilStopped(process, [
    { port: Number(listen.split(':').at(-1)), handler: () => text(`${body}\n`), onTerm: 0 },
  ]);
};

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

/** google-samples/hello-app */
export function helloApp(version: string): Program {
  return async (process) => {
    const port = Number(process.env['PORT'] ?? 8080);
    const log = (line: string): Promise<void> =>
      process.stderr.write(`${formatDate('%Y/%m/%d %H:%M:%S', process.now())} ${line}\n`);
    await log(`Server listening on port ${port}`);
    const handler = async (call: HttpCall): Promise<HttpReply> => {
      await log(`Serving request: ${target(call).path}`);
      return text(`Hello, world!\nVersion: ${version}\nHostname: ${process.hostname}\n`);
    };
    return serveUntilStopped(process, [{ port, handler }]);
  };
}

/** What a request looked like from inside. */
export function requestEcho(process: Process, call: HttpCall): HttpReply {
  const headers = Object.entries(call.headers)
    .map(([name, value]) => `\t${name}=${value}\n`)
    .join('');
  return text(
    `\n\nHostname: ${process.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address=${call.remote.ip}\n\tmethod=${call.method}\n\treal path=${call.url}\n\tquery=${target(call).query.toString()}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://${call.headers['host'] ?? ''}${call.url}\n\nRequest Headers:\n${headers}\nRequest Body:\n\t-no body in request-\n\n`,
  );
}
