import type { HttpHandler, HttpReply, Process } from '@tabernetes/node-api';
import { formatDate } from '../../programs/support/date-format.ts';
import { flag, identityOf, text as reply, serveUntilStopped } from '../serve.ts';

/** What a Go program ends with when it is told to stop and has not thought of it. */
export const STOPPED = 2;

/** A line as Go's `log` writes it. */
export const log = (process: Process, message: string): Promise<void> =>
  process.stderr.write(`${formatDate('%Y/%m/%d %H:%M:%S', process.now())} ${message}\n`);

/**
 * A line as Kubernetes' programs log.
 *
 * @param severity `I`, `W`, `E` or `F`
 * @param place file and line
 */
export function klog(process: Process, severity: string, place: string, message: string): Promise<void> {
  const time = `${formatDate('%m%d %H:%M:%S', process.now())}.${String(process.now() % 1000).padStart(3, '0')}000`;
  return process.stderr.write(`${severity}${time} ${String(process.pid).padStart(7)} ${place}] ${message}\n`);
}

/** What is said with `-v=2` and more. */
export async function notes(process: Process, place: string, message: string): Promise<void> {
  if (Number(flag(process, 'v') ?? 0) >= 2) await klog(process, 'I', place, message);
}

/** What a handler of Go's writes: where it does not say what that is, its beginning tells. */
export const text = (body: string, status = 200, type = contentTypeOf(body)): HttpReply => reply(body, status, type);

/** @see https://pkg.go.dev/net/http#DetectContentType */
function contentTypeOf(body: string): string {
  const start = body.slice(0, 512);
  if (MARKUP.test(start)) return 'text/html; charset=utf-8';
  return start.trimStart().startsWith('<?xml') ? 'text/xml; charset=utf-8' : 'text/plain; charset=utf-8';
}

const MARKUP =
  /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/i;

/** Serves HTTPS with the certificate that `--tls-cert-file` and `--tls-private-key-file` name, on `--port`. */
export async function serveTls(process: Process, handler: HttpHandler): Promise<number> {
  const certificate = flag(process, 'tls-cert-file') ?? '';
  const tls = identityOf(process, certificate, flag(process, 'tls-private-key-file') ?? '');
  if (tls === undefined) {
    await klog(process, 'F', 'config.go:33', `open ${certificate}: no such file or directory`);
    return FATAL;
  }
  return serveUntilStopped(process, [{ port: Number(flag(process, 'port') ?? 443), tls, handler, onTerm: STOPPED }]);
}

/** The exit code of klog's `Fatal`. */
export const FATAL = 255;
