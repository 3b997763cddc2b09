import { type PageClusterOptions, type PageFile, unpackCluster } from '@tabernetes/worker/connect';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ADDONS, DEFAULT_OPTIONS, FIRST_CLUSTER } from '../files/default-options.ts';
import { FIRST_FILE } from '../files/first-file.ts';
import { mergeFiles } from '../files/merge-files.ts';
import { shapeOptions } from '../files/node-shape.ts';
import type { Keeping, Sandbox, SandboxOptions } from '../files/sandbox.ts';
import { faultText } from '../files/sandbox-fault.ts';
import { type Messages, useMessages } from '../messages/messages.ts';
import { type PageMessages, usePageMessages } from '../messages/page-messages.ts';
import type { ClusterConnection } from '../world/cluster-connection.ts';
import { useKeeping } from './use-keeping.ts';

/** Files, options and cluster of this page: found again at the start, kept as they change. */
export interface SandboxState {
  readonly files: readonly PageFile[];
  setFiles(files: readonly PageFile[]): void;
  readonly options: SandboxOptions;
  /** What is wrong with the cluster or the keeping, a sentence each. */
  readonly problems: readonly string[];
  /**
   * An address for others: of this world with all that was done (`isWhole`), or of its files alone. Undefined: there is none.
   */
  link(isWhole: boolean): Promise<string | undefined>;
  restart(options: SandboxOptions): void;
  /** All of it as it is now, with the cluster. */
  whole(): Promise<Sandbox>;
}

export function useSandbox(cluster: ClusterConnection, keeping: Keeping | undefined): SandboxState {
  const said = usePageMessages().keeping;
  const shared = useMessages();
  const words = useRef({ said, shared });
  words.current = { said, shared };
  const [files, setFilesState] = useState<readonly PageFile[]>([FIRST_FILE]);
  const [options, setOptions] = useState<SandboxOptions>(DEFAULT_OPTIONS);
  const [problem, setProblem] = useState('');
  const latest = useRef<Sandbox>({ version: 1, files, options });
  latest.current = { version: 1, files, options };
  const isStarted = useRef(false);
  const isFollowing = useRef(false);

  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    const open = async (): Promise<void> => {
      const { sandbox, problem: told } = await loaded(keeping, words.current.said);
      if (sandbox !== undefined) {
        // Before the cluster starts: its nodes are seen while it does, and who sees them may type.
        setFilesState(sandbox.files.length > 0 ? sandbox.files : [FIRST_FILE]);
        setOptions(sandbox.options);
      }
      setProblem(told);
      const failed = await started(cluster, sandbox, words.current);
      if (failed !== '') setProblem(failed);
    };
    void open();
  }, [cluster, keeping]);

  useEffect(() => {
    if (isFollowing.current) return;
    isFollowing.current = true;
    cluster.followFiles((change) => setFilesState((now) => mergeFiles(now, change)));
  }, [cluster]);

  useEffect(() => {
    void cluster.host.setFiles([...files]);
  }, [cluster, files]);

  const unkept = useKeeping(cluster, keeping, latest);

  return {
    files,
    setFiles: useCallback((next: readonly PageFile[]) => setFilesState(next), []),
    options,
    problems: problemsOf(problem, unkept && faultText(unkept.error, said.faults), said),
    async link(isWhole) {
      if (keeping === undefined) return undefined;
      const log = isWhole ? await cluster.host.log() : undefined;
      if (log?.isWhole === false) return undefined;
      return keeping.link({ ...latest.current, ...(log !== undefined && { log }) });
    },
    async whole() {
      const { cluster: pack, log } = await cluster.host.keep();
      return { ...latest.current, log, cluster: await unpackCluster(pack) };
    },
    restart: (next) => void keeping?.restart({ version: 1, files: latest.current.files, options: next }),
  };
}

/** What cannot be read because nothing is kept at all is told once. */
function problemsOf(problem: string, unkept: string | undefined, said: PageMessages['keeping']): readonly string[] {
  if (unkept === undefined) return problem === '' ? [] : [problem];
  const both = problem === '' || problem === said.unreadable(unkept) ? [] : [problem];
  return [...both, said.notKept(unkept)];
}

/** What was kept or came with the address; never rejects. */
async function loaded(
  keeping: Keeping | undefined,
  said: PageMessages['keeping'],
): Promise<{ readonly sandbox?: Sandbox | undefined; readonly problem: string }> {
  try {
    const { sandbox, badLink } = (await keeping?.load()) ?? {};
    return { sandbox, problem: badLink === undefined ? '' : said.badLink(faultText(badLink, said.faults)) };
  } catch (error) {
    return { problem: said.unreadable(faultText(error, said.faults)) };
  }
}

/** Starts the cluster; what is wrong with it, or nothing. */
async function started(
  cluster: ClusterConnection,
  sandbox: Sandbox | undefined,
  { said, shared }: { readonly said: PageMessages['keeping']; readonly shared: Messages },
): Promise<string> {
  try {
    await cluster.start(sandbox === undefined ? FIRST_CLUSTER : clusterOf(sandbox));
    return '';
  } catch (error) {
    return shared.clusterCannotStart(faultText(error, said.faults));
  }
}

function clusterOf({ options, cluster, log }: Sandbox): PageClusterOptions {
  const { shape, ...rest } = options;
  return {
    ...rest,
    ...(shape && shapeOptions(shape)),
    kubelet: 'simulated',
    addons: [...ADDONS],
    ...(cluster !== undefined && { restore: cluster }),
    ...(log !== undefined && { log }),
  };
}
