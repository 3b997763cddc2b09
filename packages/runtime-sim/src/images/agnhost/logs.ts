import { parseDuration } from '@tabernetes/base';
import type { Process } from '@tabernetes/node-api';
import { flag } from '../serve.ts';
import { FATAL, klog } from './go-server.ts';

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
    await klog(process, 'F', `logs_generator.go:${at}`, message);
    return FATAL;
  };
  if (!(total > 0)) return fatal(63, `Invalid total number of lines: ${total}`);
  const durationMs = duration(given);
  if (!(durationMs > 0)) return fatal(67, `Invalid duration: ${given}`);
  for (let id = 0; id < total; id++) {
    await klog(process, 'I', 'logs_generator.go:76', line(process, id));
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
