import { CAUSES, type Cause } from './explained.ts';
import type { Verdict } from './verdict.ts';

/** What became of the commands of a session. */
export interface SessionReport {
  readonly name: string;
  readonly commands: readonly { readonly number: number; readonly command: string; readonly verdict: Verdict }[];
}

const percent = (part: number, all: number): string => ((100 * part) / all).toFixed(1);

/** A page about all sessions, and the same in a line. */
export function report(sessions: readonly SessionReport[]): {
  readonly text: string;
  readonly summary: string;
  readonly unexplained: number;
} {
  const commands = sessions.flatMap(({ name, commands }) => commands.map((each) => ({ name, ...each })));
  const of = (wanted: Verdict): typeof commands => commands.filter(({ verdict }) => verdict === wanted);
  const all = commands.length;
  const [identical, age, date, unexplained] = (['identical', 'age', 'date', 'unexplained'] as const).map(
    (verdict) => of(verdict).length,
  ) as [number, number, number, number];
  const explained = all - identical - age - date - unexplained;
  const summary = `${identical} of ${all} commands identical (${percent(identical, all)} %), ${age + date} but for ages of a few seconds and dates of files (${percent(identical + age + date, all)} %), ${explained} explained, ${unexplained} not`;
  const causes = (Object.keys(CAUSES) as Cause[])
    .map((cause) => ({ cause, those: of(cause) }))
    .filter(({ those }) => those.length > 0);
  const text = `# Recordings of a real kubelet, repeated

\`e2e/golden/transcripts/kubelet-*\` are ${sessions.length} sessions with kubectl, recorded on a cluster whose one node had a real kubelet 1.32, containerd and
runc. \`npm test\` repeats them command by command in virtual time, with our kubectl in our shell, under the conditions of the recording
(\`e2e/replay/recorded-node.ts\`): the same machine size, the images that its node had and its stand-ins for those that it had not, and
what a session did to the machine itself (a kubelet that is killed, a network plugin that is taken away, manifests that are laid down)
done to ours. What is not the same has to be explained, or the test fails; what is explained and has become the same, too. This page is
written by \`npm run golden -- --virtual --write\`.

| | Commands | Share |
|---|---|---|
| identical, by the rules of the records | ${identical} | ${percent(identical, all)} % |
| only how long ago Events were, by at most three seconds | ${age} | ${percent(age, all)} % |
| only the dates of files | ${date} | ${percent(date, all)} % |
| explained below | ${explained} | ${percent(explained, all)} % |
| not explained | ${unexplained} | ${percent(unexplained, all)} % |
| all | ${all} | |

The rules of the records blank ages in tables, but not at the beginning of a line, where \`kubectl events\` has them: whether an Event is 12
or 13 seconds old when a command looks depends on the phase of the clock, and a real cluster differs from its own recording there as often.

## What differs, and why

${causes
  .map(
    ({ cause, those }) =>
      `**${cause}** (${those.length}). ${CAUSES[cause]}\n\n${those
        .map(({ name, number, command }) => `- ${name.replace('kubelet-', '')} ${number}: ${code(command)}`)
        .join('\n')}\n`,
  )
  .join('\n')}
${SCRIPTED}`;
  return { text, summary, unexplained };
}

/** Of the other records, which `npm run golden` replays with the real kubectl and at real pace: no two runs of them are the same. */
const SCRIPTED = `## Sessions with a scripted kubelet

The other 73 sessions, 1,594 commands, were recorded on three nodes that keep books and run nothing. \`npm run golden\` replays them at real
pace with the real kubectl, on a fresh server each; some 97 % are identical, with our kubectl almost as many. What differs:

- our kubeconfig pins an authority where the recorder's skipped verification; his port, and the name of a folder of his;
- which node, Pod or name was picked where there is a choice, and the order of lists by such names; the name of an Event, which holds the
  time to the nanosecond; the name of a Job, when its minute has digits that the rules take for something else;
- the order of Go's maps, in headers that \`-v=8\` prints;
- how old something is by now: an Event with a date of its own, \`kubectl events\` as above;
- samples at a set time: which of two ReplicaSets has been scaled already, how many Pods of a Job have ended, whether a Service's Endpoints
  had changed twice within the second that their annotation tells;
- a node that another session had changed before: the recorder's server was one for all sessions;
- with our kubectl, its version, and what \`options\` says in words of our own.

With nodes that run containers (\`--kubelet simulated\`) some forty more differ, as they would on a real cluster: containers that the book-keeping
nodes call Running end or crash when they are run (busybox without a command), kubelets write Events, nodes have a range of addresses for
Pods, and images take their time.
`;

const LONGEST = 110;
const code = (command: string): string => {
  const line = command.split('\n')[0] ?? '';
  const shown = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  return `\`\`${shown.includes('`') ? ` ${shown} ` : shown}\`\``;
};
