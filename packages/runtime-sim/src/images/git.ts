import type { Process, Program } from '@tabernetes/node-api';
import { attempt } from '../programs/support/command.ts';

/** git, as a fake: what it clones is a page that names where it is said to come from. */
export const git: Program = async (process) => {
  const words = process.argv.slice(1);
  let folder = process.cwd;
  while (words[0]?.startsWith('-')) {
    const option = words.shift();
    if (option === '-C') folder = words.shift() ?? folder;
    else if (option === '-c') words.shift();
    else if (option === '--version') {
      await process.stdout.write('git version 2.43.0\n');
      return 0;
    }
  }
  const [verb = '', ...rest] = words;
  if (verb === 'clone') return clone(process, folder, rest);
  if (verb === 'init') {
    lay(process, folder, '');
    await process.stdout.write(`Initialized empty Git repository in ${folder}/.git/\n`);
    return 0;
  }
  if (!process.fs.exists(`${folder}/.git`)) {
    await process.stderr.write('fatal: not a git repository (or any of the parent directories): .git\n');
    return 128;
  }
  const says: Readonly<Record<string, string>> = {
    pull: 'Already up to date.\n',
    status: "On branch main\nYour branch is up to date with 'origin/main'.\n\nnothing to commit, working tree clean\n",
    branch: '* main\n',
    'rev-parse': `${HEAD}\n`,
    log: `commit ${HEAD}\nAuthor: A. Author <author@example.com>\n\n    A page\n`,
    fetch: '',
    config: '',
  };
  const said = Object.hasOwn(says, verb) ? says[verb] : undefined;
  if (said === undefined) {
    const text = NOT_SIMULATED.has(verb)
      ? `fatal: the simulated git has no '${verb}': it clones, and shows what it cloned\n`
      : `git: '${verb}' is not a git command. See 'git --help'.\n`;
    await process.stderr.write(text);
    return NOT_SIMULATED.has(verb) ? 128 : 1;
  }
  await process.stdout.write(said);
  return 0;
};

const NOT_SIMULATED: ReadonlySet<string> = new Set(
  'add am apply bisect cherry-pick checkout clean commit describe diff format-patch grep gc ls-remote merge mv notes push rebase reflog remote reset restore revert rm show sparse-checkout stash submodule switch tag worktree'.split(
    ' ',
  ),
);
const HEAD = '0123456789abcdef0123456789abcdef01234567';

async function clone(process: Process, folder: string, words: readonly string[]): Promise<number> {
  const takes = new Set(['-b', '--branch', '--depth', '-o', '--origin', '--config', '-c']);
  const operands: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (takes.has(word)) i++;
    else if (!word.startsWith('-')) operands.push(word);
  }
  const [url, given] = operands;
  if (url === undefined) {
    await process.stderr.write('fatal: You must specify a repository to clone.\n');
    return 129;
  }
  const name =
    given ??
    url
      .replace(/\/+$/, '')
      .replace(/^.*[/:]/, '')
      .replace(/\.git$/, '');
  const path = name.startsWith('/') ? name : `${folder === '/' ? '' : folder}/${name}`;
  const there = attempt(() => process.fs.readDirectory(path));
  if ('value' in there && there.value.length > 0) {
    await process.stderr.write(`fatal: destination path '${name}' already exists and is not an empty directory.\n`);
    return 128;
  }
  await process.stderr.write(`Cloning into '${name}'...\n`);
  process.fs.mkdir(path, { recursive: true });
  lay(process, path, url);
  process.fs.writeFile(
    `${path}/index.html`,
    `<!DOCTYPE html>\n<html><body><h1>${url}</h1><p>A simulated clone.</p></body></html>\n`,
  );
  process.fs.writeFile(`${path}/README.md`, `# ${name}\n\nA simulated clone of ${url}.\n`);
  return 0;
}

function lay(process: Process, path: string, url: string): void {
  process.fs.mkdir(`${path}/.git`, { recursive: true });
  process.fs.writeFile(`${path}/.git/HEAD`, 'ref: refs/heads/main\n');
  process.fs.writeFile(`${path}/.git/config`, url === '' ? '[core]\n' : `[core]\n[remote "origin"]\n\turl = ${url}\n`);
}
