import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replay } from './replay.ts';
import { startServer } from './server.ts';

const TRANSCRIPTS = fileURLToPath(new URL('../golden/transcripts', import.meta.url));

const SEED = ['--seed', '1'];
/** The node of the sessions with a real kubelet. */
const RECORDED_NODE = '--nodes 1 --kubelet simulated --latency real --node-capacity cpu=2,memory=24684084Ki'.split(' ');

/**
 * `npm run golden -- [-v] [NAME …]`: a fresh server for every transcript (default: all), a line for each, and the
 * sum. Names may end in `*`. `-v` prints the differences. With `--virtual` see virtual-main.ts.
 */
export async function main(args: readonly string[]): Promise<number> {
  const verbose = args.includes('-v');
  const wanted = args.filter((a) => !a.startsWith('-')).map((a) => new RegExp(`^${a.replaceAll('*', '.*')}$`));
  const files = readdirSync(TRANSCRIPTS)
    .filter((f) => f.endsWith('.transcript'))
    .filter((f) => wanted.length === 0 || wanted.some((w) => w.test(basename(f, '.transcript'))));
  let same = 0;
  let all = 0;
  for (const file of files) {
    const server = await startServer(file.startsWith('kubelet-') ? [...SEED, ...RECORDED_NODE] : SEED);
    try {
      const results = await replay(join(TRANSCRIPTS, file), { kubeconfig: server.kubeconfig });
      const good = results.filter((r) => r.same).length;
      same += good;
      all += results.length;
      console.log(
        `${basename(file, '.transcript').padEnd(40)} ${String(good).padStart(3)} of ${String(results.length).padStart(3)}`,
      );
      for (const result of verbose ? results.filter((r) => !r.same) : []) {
        console.log(`--- $ ${result.command}`);
        for (const line of result.want.filter((l) => !result.got.includes(l)))
          console.log(`    -${line.slice(0, 240)}`);
        for (const line of result.got.filter((l) => !result.want.includes(l)))
          console.log(`    +${line.slice(0, 240)}`);
      }
    } finally {
      await server.stop();
    }
  }
  console.log(`${same} of ${all} commands identical`);
  return same === all ? 0 : 1;
}
