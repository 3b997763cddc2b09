import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { report, type SessionReport } from './report.ts';
import { verdictOf } from './verdict.ts';
import { replayVirtually } from './virtual.ts';

/** Where the records are, and the page that tells what became of them. */
export interface Places {
  readonly transcripts: string;
  readonly page: string;
}

/**
 * `npm run golden -- --virtual [--write] [NAME …]`: every session with a real kubelet (or those whose names are given; they may end in `*`)
 * in virtual time, command by command, and why what differs does. `--write` puts it into docs/recordings.md.
 */
export async function main(args: readonly string[], { transcripts, page }: Places): Promise<number> {
  const wanted = args.filter((a) => !a.startsWith('-')).map((a) => new RegExp(`^${a.replaceAll('*', '.*')}$`));
  const sessions: SessionReport[] = [];
  for (const file of readdirSync(transcripts)) {
    const name = basename(file, '.transcript');
    if (!name.startsWith('kubelet-') || (wanted.length > 0 && !wanted.some((w) => w.test(name)))) continue;
    const results = await replayVirtually(join(transcripts, file));
    const commands = results.map((result, i) => ({
      ...result,
      number: i + 1,
      verdict: verdictOf(name, i + 1, result),
    }));
    sessions.push({ name, commands });
    const same = commands.filter(({ verdict }) => verdict === 'identical').length;
    console.log(`${name.padEnd(40)} ${String(same).padStart(3)} of ${String(commands.length).padStart(3)}`);
    for (const { verdict, number, command, want, got } of commands) {
      if (verdict === 'identical') continue;
      console.log(`    ${verdict}: ${number} $ ${command}`);
      if (!args.includes('-v') && verdict !== 'unexplained') continue;
      for (const line of want.filter((l) => !got.includes(l))) console.log(`        -${line.slice(0, 240)}`);
      for (const line of got.filter((l) => !want.includes(l))) console.log(`        +${line.slice(0, 240)}`);
    }
  }
  const { text, unexplained, summary } = report(sessions);
  if (args.includes('--write')) writeFileSync(page, text);
  console.log(summary);
  return unexplained === 0 ? 0 : 1;
}
