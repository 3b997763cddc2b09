import type { Process, Program } from '@tabernetes/node-api';
import { isNetError } from '../programs/support/command.ts';

/** mysql: answers a few questions that people put to see whether the server is there; it speaks no SQL. */
export const mysql: Program = async (process) => {
  const refused = await knock(process);
  if (refused !== undefined) return refused;
  const at = process.argv.findIndex((arg) => arg === '-e' || arg.startsWith('--execute'));
  const asked = at < 0 ? undefined : (/=(.*)$/s.exec(process.argv[at] ?? '')?.[1] ?? process.argv[at + 1] ?? '');
  const statements = (asked ?? (await process.stdin.readText())).split(';').map((each) => each.trim().toLowerCase());
  for (const statement of statements.filter((each) => each !== '')) {
    const answer = ANSWERS[statement];
    if (answer === undefined) {
      await process.stderr.write(`ERROR 1235 (42000) at line 1: The simulated MySQL doesn't support '${statement}'\n`);
      return 1;
    }
    await process.stdout.write(answer);
  }
  return 0;
};

const ANSWERS: Readonly<Record<string, string>> = {
  'select 1': '1\n1\n',
  'select version()': 'version()\n8.0.36\n',
  'show databases': 'Database\ninformation_schema\nmysql\nperformance_schema\nsys\n',
  'flush privileges': '',
};

/** mysqladmin: ping, status and version. */
export const mysqladmin: Program = async (process) => {
  const refused = await knock(process, 'mysqladmin');
  if (refused !== undefined) return refused;
  const verb = process.argv
    .slice(1)
    .find(
      (word, i, words) => !word.startsWith('-') && !/^-[hPuS]$|^--(?:host|port|user|socket)$/.test(words[i - 1] ?? ''),
    );
  const says = {
    ping: 'mysqld is alive\n',
    status: 'Uptime: 1  Threads: 2  Questions: 3\n',
    version: 'Server version\t\t8.0.36\n',
  };
  if (verb === undefined || !Object.hasOwn(says, verb)) {
    await process.stderr.write(`mysqladmin: Unknown command: '${verb ?? ''}'\n`);
    return 1;
  }
  await process.stdout.write(says[verb as keyof typeof says]);
  return 0;
};

/** Tries to reach the server. @returns an exit code where it is not there */
async function knock(process: Process, name = 'ERROR 2003 (HY000)'): Promise<number | undefined> {
  const words = process.argv.slice(1);
  const at = words.findIndex((word) => /^(?:-h|--host)/.test(word));
  const given = at < 0 ? undefined : (/^(?:-h|--host=)(.+)$/.exec(words[at] ?? '')?.[1] ?? words[at + 1]);
  const host = given === undefined || given === 'localhost' ? '127.0.0.1' : given;
  try {
    const connection = await process.net.connect(host, 3306, { timeoutMs: 10_000 });
    connection.destroy();
    return undefined;
  } catch (error) {
    if (!isNetError(error)) throw error;
    const code = error.code === 'ECONNREFUSED' ? 111 : 110;
    await process.stderr.write(
      name === 'mysqladmin'
        ? `mysqladmin: connect to server at '${host}' failed\nerror: 'Can't connect to MySQL server on '${host}:3306' (${code})'\n`
        : `${name}: Can't connect to MySQL server on '${host}:3306' (${code})\n`,
    );
    return 1;
  }
}
