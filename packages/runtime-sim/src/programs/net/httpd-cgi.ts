import type { HttpCall, HttpReply, Process } from '@tabernetes/node-api';
import { attempt } from '../support/command.ts';
import { concat, encode, textInput } from '../support/input.ts';

/**
 * Runs a program of cgi-bin for one request: its environment says what is asked for, what it prints is the answer.
 *
 * @returns why it cannot be run, when it cannot
 * @see https://datatracker.ietf.org/doc/html/rfc3875
 */
export async function runCgi(
  process: Process,
  home: string,
  path: string,
  query: string,
  call: HttpCall,
): Promise<HttpReply | string> {
  // What follows the program's name is for the program.
  const [, folder = '', name = '', rest = ''] = /^(\/cgi-bin(?:\/[^/]+)*?)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const file = `${home}${folder}/${name}`;
  const stat = attempt(() => process.fs.stat(file));
  if ('error' in stat) return stat.error.message;
  if (stat.value.type !== 'file' || (stat.value.mode & 0o111) === 0) return 'Permission denied';
  const body = await call.text();
  const port = call.headers['host']?.split(':')[1] ?? '';
  const header = (key: string): string | undefined => call.headers[key];
  const env: Record<string, string | undefined> = {
    ...process.env,
    PATH_INFO: rest,
    REQUEST_METHOD: call.method,
    REQUEST_URI: call.url,
    SCRIPT_NAME: `${folder}/${name}`,
    SCRIPT_FILENAME: file,
    QUERY_STRING: query,
    SERVER_SOFTWARE: 'busybox httpd/1.35.0',
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_PORT: port === '' ? undefined : port,
    GATEWAY_INTERFACE: 'CGI/1.1',
    REMOTE_ADDR: call.remote.ip,
    REMOTE_PORT: String(call.remote.port),
    HTTP_HOST: header('host'),
    HTTP_USER_AGENT: header('user-agent'),
    HTTP_ACCEPT: header('accept'),
    HTTP_COOKIE: header('cookie'),
    HTTP_REFERER: header('referer'),
    CONTENT_TYPE: header('content-type'),
    CONTENT_LENGTH: body === '' ? undefined : String(encode(body).length),
  };
  const parts: Uint8Array[] = [];
  const child = process.spawn([`./${name}`], {
    env: Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    cwd: `${home}${folder}`,
    stdin: textInput(body),
    stdout: {
      write(chunk) {
        parts.push(typeof chunk === 'string' ? encode(chunk) : chunk.slice());
        return Promise.resolve();
      },
      close: () => undefined,
    },
  });
  await child.exited;
  return replyOf(concat(parts));
}

/** Headers up to an empty line, `Status:` or a status line among them, and the body. */
function replyOf(bytes: Uint8Array): HttpReply {
  const headers: Record<string, string> = {};
  let status = 200;
  let at = 0;
  for (;;) {
    const newline = bytes.indexOf(10, at);
    const line = new TextDecoder().decode(bytes.subarray(at, newline < 0 ? bytes.length : newline)).replace(/\r$/, '');
    at = newline < 0 ? bytes.length : newline + 1;
    if (line === '') break;
    const said = /^(?:HTTP\/\d\.\d|Status:)\s+(\d{3})/i.exec(line);
    const [, key, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (said !== null) status = Number(said[1]);
    else if (key !== undefined && value !== undefined) headers[key.toLowerCase()] = value;
    if (newline < 0) break;
  }
  return { status, headers: { connection: 'close', ...headers }, body: bytes.subarray(at) };
}
