import type { Process } from '@tabernetes/node-api';
import type { Applet } from '../../process/proc.ts';
import { attempt } from '../../programs/support/command.ts';

/** Where others put what is to run before nginx. */
const SCRIPTS = '/docker-entrypoint.d';

/**
 * The entrypoint of the image: before nginx starts, templates become configuration and scripts of others run; any other
 * command takes its place as it is.
 * @see https://github.com/nginxinc/docker-nginx/tree/1.27.5/entrypoint
 */
export const nginxEntrypoint: Applet = async (proc) => {
  const [own = '', ...rest] = proc.argv;
  const [command = ''] = rest;
  const say = async (text: string): Promise<void> => {
    if ((proc.env['NGINX_ENTRYPOINT_QUIET_LOGS'] ?? '') === '') await proc.stdout.write(`${text}\n`);
  };
  if (/^nginx(?:-debug)?$/.test(command)) {
    await templates(proc, say);
    for (const name of namesIn(proc, SCRIPTS)) {
      const path = `${SCRIPTS}/${name}`;
      const isRun = name.endsWith('.sh') && (proc.fs.stat(path).mode & 0o111) !== 0;
      if (!isRun) {
        await say(
          `${own}: Ignoring${name.endsWith('.sh') || name.endsWith('.envsh') ? ` ${path}, not executable` : ` ${path}`}`,
        );
        continue;
      }
      await say(`${own}: Launching ${path}`);
      const code = await proc.spawn([path]).exited;
      if (code !== 0) return code;
    }
    await say(`${own}: Configuration complete; ready for start up`);
  }
  if (command === '') return 0;
  const found = proc.find(command);
  if ('error' in found) {
    await proc.stderr.write(
      `${own}: 47: exec: ${command}: ${found.error === 'EACCES' ? 'Permission denied' : 'not found'}\n`,
    );
    return found.error === 'EACCES' ? 126 : 127;
  }
  proc.argv = found.argv(rest);
  return found.program(proc);
};

/** Writes what `*.template` files say with the environment put in. Names that the environment has not got stay as they are. */
async function templates(proc: Parameters<Applet>[0], say: (text: string) => Promise<void>): Promise<void> {
  const { fs, env } = proc;
  const from = env['NGINX_ENVSUBST_TEMPLATE_DIR'] ?? '/etc/nginx/templates';
  const suffix = env['NGINX_ENVSUBST_TEMPLATE_SUFFIX'] ?? '.template';
  const to = env['NGINX_ENVSUBST_OUTPUT_DIR'] ?? '/etc/nginx/conf.d';
  const wanted = new RegExp(env['NGINX_ENVSUBST_FILTER'] ?? '');
  const me = '20-envsubst-on-templates.sh';
  for (const file of filesBelow(proc, from)) {
    if (!file.endsWith(suffix)) continue;
    const target = `${to}${file.slice(from.length, -suffix.length)}`;
    await say(`${me}: Running envsubst on ${file} to ${target}`);
    const text = fs.readText(file).replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
      const name = braced ?? bare ?? '';
      return Object.hasOwn(env, name) && wanted.test(name) ? (env[name] ?? '') : whole;
    });
    fs.mkdir(target.slice(0, target.lastIndexOf('/')), { recursive: true });
    fs.writeFile(target, text);
  }
}

/** Files of a directory and of those in it. What begins with two dots is how volumes keep their versions. */
function filesBelow({ fs }: Pick<Process, 'fs'>, folder: string): readonly string[] {
  return namesIn({ fs }, folder)
    .filter((name) => !name.startsWith('..'))
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      return fs.stat(path).type === 'directory' ? filesBelow({ fs }, path) : [path];
    });
}

/** Nothing of a directory that is not there, as in most containers. */
function namesIn({ fs }: Pick<Process, 'fs'>, folder: string): readonly string[] {
  const names = fs.exists(folder) ? attempt(() => fs.readDirectory(folder)) : undefined;
  return names !== undefined && 'value' in names ? names.value : [];
}
