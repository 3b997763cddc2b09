import { type Program, WEB_AUTHORITY_PEM } from '@tabernetes/node-api';
import { Content } from '../file-system/content.ts';
import { type DirectoryNode, directory, type FileNode, type SymlinkNode, symlink } from '../file-system/node.ts';
import type { Applet } from '../process/proc.ts';
import { TRUSTED_AUTHORITIES } from '../programs/net/trusted-authorities.ts';
import { digestOf } from './digest.ts';
import type { ImageReference, ImageSpec } from './image-spec.ts';

/** An image of the catalogue, as its authors would write it in a Dockerfile. */
export interface ImageRecipe {
  /** Bytes that a node pulls. */
  readonly sizeBytes: number;
  /** Default: what cmd says. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
  readonly stopSignal?: string;
  /** Programs by path: `/usr/sbin/nginx`. */
  readonly programs?: Readonly<Record<string, Program | Applet>>;
  /** Text files by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Symbolic links by path: what they lead to. */
  readonly links?: Readonly<Record<string, string>>;
  /** Directories from the start, without a slash before them. Default: those of a distribution. */
  readonly folders?: readonly string[];
  /** What /etc/group has root in. Default: its own alone. */
  readonly rootGroups?: readonly number[];
  /** False leaves out the shell and its tools: distroless images. Default true. */
  readonly shell?: boolean;
  /** True when nobody described the image. */
  readonly simulated?: boolean;
  /** What tells two images of one name apart: texts of programs. Part of the digest. */
  readonly revision?: string;
}

/** The tools that images with a shell have. */
export interface ShellTools {
  /** Programs of /bin by name, `sh` among them. */
  readonly programs: Readonly<Record<string, Program | Applet>>;
}

const OWNED = { uid: 0, gid: 0, modifiedMs: 0, tree: undefined };

const PASSWD =
  'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnginx:x:101:101:nginx:/nonexistent:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n';
const GROUP = 'root:x:0:\ndaemon:x:1:\nbin:x:2:\ntty:x:5:\nwww-data:x:33:\nnginx:x:101:\nnobody:x:65534:\n';
/** Directories of a distribution. */
export const FOLDERS: readonly string[] = [
  'bin',
  'dev',
  'etc',
  'home',
  'mnt',
  'opt',
  'proc',
  'root',
  'run',
  'sbin',
  'srv',
  'sys',
  'tmp',
  'usr',
  'usr/bin',
  'usr/local',
  'usr/local/bin',
  'usr/sbin',
  'usr/share',
  'var',
  'var/lib',
  'var/log',
  'var/run',
  'var/tmp',
];

/** Makes an image of a recipe. Its files are laid out when the first of them is looked at, and shared by all containers. */
export function buildImage(reference: ImageReference, recipe: ImageRecipe, tools: ShellTools): ImageSpec {
  let root: DirectoryNode | undefined;
  const {
    entrypoint = [],
    cmd = [],
    env = {},
    workingDir = '',
    user = '',
    stopSignal,
    simulated = false,
    revision = '',
    sizeBytes,
  } = recipe;
  const contents = `${reference.canonical}${revision === '' ? '' : `\n${revision}`}`;
  const [first] = [...entrypoint, ...cmd];
  const main = first === undefined ? undefined : recipe.programs?.[first];
  return {
    reference: reference.canonical,
    digest: reference.digest?.replace(/^sha256:/, '') ?? digestOf(`manifest ${contents}`),
    id: digestOf(`config ${contents}`),
    sizeBytes,
    root() {
      root ??= layOut(recipe, tools);
      return root;
    },
    entrypoint,
    cmd,
    env,
    workingDir,
    user,
    ...(recipe.rootGroups !== undefined && { rootGroups: recipe.rootGroups }),
    ...(stopSignal !== undefined && { stopSignal }),
    ...(main !== undefined && { main }),
    simulated,
  };
}

function layOut(
  { programs = {}, files = {}, links = {}, folders = FOLDERS, shell = true }: ImageRecipe,
  { programs: applets }: ShellTools,
): DirectoryNode {
  const root = directory();
  for (const folder of folders) folderOf(root, folder.split('/'));
  folderOf(root, ['tmp']).mode = 0o1777;
  if (folders.includes('root')) folderOf(root, ['root']).mode = 0o700;
  put(root, '/etc/passwd', text(PASSWD));
  put(root, '/etc/group', text(GROUP));
  if (shell) {
    for (const [name, program] of Object.entries(applets)) put(root, `/bin/${name}`, executable(program));
    folderOf(root, ['usr', 'bin']).entries.set('env', symlink('/bin/env'));
    put(root, TRUSTED_AUTHORITIES, text(WEB_AUTHORITY_PEM));
  }
  for (const [path, program] of Object.entries(programs)) put(root, path, executable(program));
  for (const [path, content] of Object.entries(files)) put(root, path, text(content, SECRET.has(path) ? 0o640 : 0o644));
  for (const [path, target] of Object.entries(links)) put(root, path, symlink(target));
  return root;
}

/** Files that are not for everybody. */
const SECRET: ReadonlySet<string> = new Set(['/etc/shadow']);

const text = (content: string, mode = 0o644): FileNode => ({
  type: 'file',
  mode,
  ...OWNED,
  content: new Content(content),
  links: 1,
});
const executable = (program: Program | Applet): FileNode => ({
  type: 'file',
  mode: 0o755,
  ...OWNED,
  content: new Content('\u007fELF'),
  links: 1,
  program,
});

function put(root: DirectoryNode, path: string, node: FileNode | SymlinkNode): void {
  const names = path.split('/').filter((name) => name !== '');
  const name = names.pop();
  if (name !== undefined) folderOf(root, names).entries.set(name, node);
}

function folderOf(root: DirectoryNode, names: readonly string[]): DirectoryNode {
  let at = root;
  for (const name of names) {
    const known = at.entries.get(name);
    if (known?.type === 'directory') at = known;
    else {
      const made = directory();
      at.entries.set(name, made);
      at = made;
    }
  }
  return at;
}
