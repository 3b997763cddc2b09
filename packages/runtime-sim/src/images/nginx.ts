import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { untilStopped } from './servers.ts';

const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
`;

const NOT_FOUND = `<html>
<head><title>404 Not Found</title></head>
<body>
<center><h1>404 Not Found</h1></center>
<hr><center>nginx</center>
</body>
</html>
`;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  svg: 'image/svg+xml',
  png: 'image/png',
};

export const NGINX_FILES: Readonly<Record<string, string>> = {
  '/usr/share/nginx/html/index.html': WELCOME,
  '/etc/nginx/conf.d/default.conf': 'server {\n    listen       80;\n    root   /usr/share/nginx/html;\n}\n',
  '/var/log/nginx/access.log': '',
};

/** nginx: files of its document root, an access-log line per request, and the listen and root of conf.d/*.conf. */
export const nginx: Program = async (process) => {
  if (process.argv.includes('-T') || process.argv.includes('-t')) {
    await process.stderr.write('nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n');
    await process.stderr.write('nginx: configuration file /etc/nginx/nginx.conf test is successful\n');
    return 0;
  }
  const order = process.argv[process.argv.indexOf('-s') + 1];
  if (process.argv.includes('-s')) {
    const signal = ({ quit: 'QUIT', stop: 'TERM', reload: 'HUP' } as const)[order ?? ''];
    // The master is the first process of the container, unless somebody shares its process namespace.
    if (signal !== undefined && signal !== 'HUP') process.kill(1, signal);
    return 0;
  }
  const { port, root } = settings(process);
  await process.stdout.write('/docker-entrypoint.sh: Configuration complete; ready for start up\n');
  const listener = process.net.serve(port, (call) => answer(process, root, call));
  try {
    await untilStopped(process);
    return 0;
  } finally {
    listener.close();
  }
};

function settings({ fs }: Process): { readonly port: number; readonly root: string } {
  const folder = '/etc/nginx/conf.d';
  let text = '';
  if (fs.exists(folder)) {
    for (const name of fs.readDirectory(folder)) if (name.endsWith('.conf')) text += fs.readText(`${folder}/${name}`);
  }
  return {
    port: Number(/\blisten\s+(?:\S+:)?(\d+)/.exec(text)?.[1] ?? 80),
    root: /\broot\s+([^;\s]+)/.exec(text)?.[1] ?? '/usr/share/nginx/html',
  };
}

async function answer(process: Process, root: string, call: HttpCall): Promise<HttpReply> {
  const reply = fileReply(process, root, call);
  const body = typeof reply.body === 'string' ? reply.body.length : 0;
  const time = new Date(process.now()).toISOString();
  const stamp = `${time.slice(8, 10)}/${MONTHS[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
  const agent = call.headers['user-agent'] ?? '-';
  await process.stdout.write(
    `${call.remote.ip} - - [${stamp}] "${call.method} ${call.url} HTTP/1.1" ${reply.status ?? 200} ${body} "-" "${agent}" "-"\n`,
  );
  return reply;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function fileReply({ env, fs }: Process, root: string, { method, url }: HttpCall): HttpReply {
  const headers = { server: `nginx/${env['NGINX_VERSION'] ?? ''}`, 'content-type': 'text/html' };
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, headers, body: NOT_FOUND.replaceAll('404 Not Found', '405 Not Allowed') };
  }
  const path = decodeURIComponent(url.split('?')[0] ?? '/');
  const file = `${root}${path.endsWith('/') ? `${path}index.html` : path}`;
  if (path.includes('..') || !fs.exists(file) || fs.stat(file).type !== 'file')
    return { status: 404, headers, body: NOT_FOUND };
  const type = TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  return {
    status: 200,
    headers: { ...headers, 'content-type': type },
    body: method === 'HEAD' ? '' : fs.readText(file),
  };
}
