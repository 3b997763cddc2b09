import type { OutputStream, Process } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import { LOG_LEVELS, type NginxSettings } from './settings.ts';
import { logged, type Outcome } from './variables.ts';
import type { Visit } from './visit.ts';

/** When a line of the error log was written. */
export const stamp = (process: Process): string =>
  new Date(process.now()).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** Adds to a log: a file, or the stream that its name leads to. */
async function append(process: Process, path: string, line: string): Promise<void> {
  const { fs } = process;
  // Devices are links themselves, to what every process has of its own.
  const isLink = (): boolean => !path.startsWith('/dev/') && fs.lstat(path).type === 'symlink';
  const link = attempt(() => (isLink() ? fs.readLink(path) : path));
  const target = 'value' in link ? link.value : path;
  const stream: OutputStream | undefined =
    target === '/dev/stdout' ? process.stdout : target === '/dev/stderr' ? process.stderr : undefined;
  if (stream !== undefined) await stream.write(line);
  else if (target !== '/dev/null') attempt(() => fs.writeFile(target, line, { append: true }));
}

/** The lines that a request leaves in the access logs. */
export async function logAccess(visit: Visit, settings: NginxSettings, outcome: Outcome): Promise<void> {
  const { formats } = visit.running.config;
  for (const { path, format } of settings.accessLogs)
    await append(visit.process, path, `${logged(visit, formats.get(format) ?? '', outcome)}\n`);
}

/** A line of the error log, if that wants to know. `what` ends with what comes before the client. */
export async function logError(visit: Visit, settings: NginxSettings, what: string, upstream?: string): Promise<void> {
  if (LOG_LEVELS.indexOf('error') < settings.errorLog.level) return;
  const { process, call, server } = visit;
  const behind = upstream === undefined ? '' : `, upstream: "${upstream}"`;
  const host = call.headers['host'] === undefined ? '' : `, host: "${call.headers['host']}"`;
  await append(
    process,
    settings.errorLog.path,
    `${stamp(process)} [error] 29#29: *1 ${what}, client: ${call.remote.ip}, server: ${server.names[0] ?? ''}, request: "${call.method} ${call.url} HTTP/1.1"${behind}${host}\n`,
  );
}

/** Whether a log can be written to: the text that nginx gives up with when it cannot. */
export function whyNoLog({ fs }: Process, path: string): string | undefined {
  if (path.startsWith('/dev/')) return undefined;
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  if (fs.exists(folder)) return undefined;
  return `open() "${path}" failed (2: No such file or directory)`;
}
