import { parseDuration } from '@tabernetes/base';
import type { Process } from '@tabernetes/node-api';
import { formatDate } from '../../programs/support/date-format.ts';
import { flag } from '../serve.ts';

/** A line as Go's `log` writes it. */
export const log = (process: Process, message: string): Promise<void> =>
  process.stderr.write(`${formatDate('%Y/%m/%d %H:%M:%S', process.now())} ${message}\n`);

const METHODS = ['GET', 'POST', 'PUT'];
const NAMESPACES = ['kube-system', 'default', 'ns'];
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Lines like an API server's, at equal distances.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/test/images/agnhost/logs-generator/logs_generator.go
 */
export async function logsGenerator(process: Process): Promise<number> {
  const total = Number(flag(process, 'log-lines-total') ?? flag(process, 't') ?? 0);
  const given = flag(process, 'run-duration') ?? flag(process, 'd') ?? '0s';
  const fatal = async (at: number, message: string): Promise<number> => {
    await process.stderr.write(klog(process, 'F', at, message));
    return 255;
  };
  if (!(total > 0)) return fatal(63, `Invalid total number of lines: ${total}`);
  const durationMs = duration(given);
  if (!(durationMs > 0)) return fatal(67, `Invalid duration: ${given}`);
  for (let id = 0; id < total; id++) {
    await process.stderr.write(klog(process, 'I', 76, line(process, id)));
    await process.sleep(durationMs / total);
  }
  return 0;
}

function line({ rng }: Process, id: number): string {
  const pick = (from: readonly string[]): string => from[rng.int(from.length)] ?? '';
  const name = Array.from({ length: 3 + rng.int(2) }, () => LETTERS[rng.int(LETTERS.length)]).join('');
  return `${id} ${pick(METHODS)} /api/v1/namespaces/${pick(NAMESPACES)}/pods/${name} ${200 + rng.int(400)}`;
}

function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return 0;
  }
}

const klog = (process: Process, severity: string, at: number, message: string): string =>
  `${severity}${formatDate('%m%d %H:%M:%S', process.now())}.${String(process.now() % 1000).padStart(3, '0')}000 ${String(process.pid).padStart(7)} logs_generator.go:${at}] ${message}\n`;
