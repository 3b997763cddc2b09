import type { HttpCall, HttpHandler, HttpReply, Process, TlsIdentity } from '@tabernetes/node-api';
import { attempt, isNetError } from '../programs/support/command.ts';

/** What a server does when it is told to stop. */
export interface ServeSettings {
  readonly port: number;
  readonly handler: HttpHandler;
  readonly host?: string;
  readonly tls?: TlsIdentity;
  /** Exit code after TERM; undefined leaves TERM to the kernel, so that process 1 ignores it. */
  readonly onTerm?: number;
  /** Said before it exits. */
  readonly farewell?: string;
}

/** Serves until it is told to stop or killed. Idle, it holds no timer. */
export async function serveUntilStopped(process: Process, settings: readonly ServeSettings[]): Promise<number> {
  const listeners = settings.map(({ port, handler, host, tls }) =>
    process.net.serve(port, handler, { ...(host !== undefined && { host }), ...(tls !== undefined && { tls }) }),
  );
  const close = (): void => {
    for (const listener of listeners) listener.close();
  };
  process.signal.addEventListener('abort', close, { once: true });
  const [first] = settings;
  const code = await untilStopped(process, first?.onTerm, first?.farewell);
  close();
  return code;
}

/** Waits for TERM, INT or QUIT; for ever when `code` is undefined. */
export async function untilStopped(process: Process, code: number | undefined, farewell?: string): Promise<number> {
  await new Promise<void>((resolve) => {
    if (code === undefined) return;
    for (const signal of ['TERM', 'INT', 'QUIT'] as const) process.onSignal(signal, resolve);
  });
  if (farewell !== undefined) await process.stdout.write(`${farewell}\n`);
  return code ?? 0;
}

/**
 * Goes on with something beside what the program waits for: a conversation, a watch. That the other side or the process itself has
 * gone is its end; what else goes wrong is told of on the standard error, and ends nothing but this.
 */
export function aside(process: Process, work: Promise<unknown>): void {
  const tell = async (error: unknown): Promise<void> => {
    if (process.signal.aborted || isNetError(error)) return;
    await process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  };
  // Nobody reads the standard error any more: there is nobody to be told.
  void work.catch((error) => tell(error).catch(() => undefined));
}

/** A reply of plain text. */
export function text(body: string, status = 200, type = 'text/plain'): HttpReply {
  return { status, headers: { 'content-type': type }, body };
}

export function json(body: unknown, status = 200): HttpReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Path without the query, and the query. */
export function target({ url }: HttpCall): { readonly path: string; readonly query: URLSearchParams } {
  const at = url.indexOf('?');
  return { path: at < 0 ? url : url.slice(0, at), query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)) };
}

/** What servers say that a file is, by the end of its name. */
export const mediaType = (path: string): string | undefined => MEDIA_TYPES.get(path.slice(path.lastIndexOf('.') + 1));

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html'],
  ['htm', 'text/html'],
  ['css', 'text/css'],
  ['js', 'application/javascript'],
  ['json', 'application/json'],
  ['txt', 'text/plain'],
  ['xml', 'text/xml'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['gif', 'image/gif'],
]);

/** The certificate and the key that these files hold; undefined: they cannot be read. */
export function identityOf({ fs }: Process, certificate: string, key: string): TlsIdentity | undefined {
  const certificatePem = attempt(() => fs.readText(certificate));
  const keyPem = attempt(() => fs.readText(key));
  return 'value' in certificatePem && 'value' in keyPem
    ? { certificatePem: certificatePem.value, keyPem: keyPem.value }
    : undefined;
}

/** Value of `-name=value`, `--name value` and their mixtures among arguments. */
export function flag(process: Process, name: string): string | undefined {
  const { argv } = process;
  for (const [i, arg] of argv.entries()) {
    const bare = arg.replace(/^--?/, '');
    if (bare === arg) continue;
    if (bare === name) return argv[i + 1] ?? '';
    if (bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
  }
  return undefined;
}
