import type { Transport, UserInfo } from '@tabernetes/apimachinery';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { FileSystem, Net } from '@tabernetes/node-api';
import type { MachineIo, MachineScreen, MachineTerminal, SimulatedMachine } from '@tabernetes/runtime-sim';
import { machineFiles } from '@tabernetes/runtime-sim/files';
import { kubectlProgram } from '../kubectl/kubectl-program.ts';
import { networkConnection } from '../kubectl/network-connection.ts';

/** The machine that people sit at: a shell with kubectl, their files, and a kubeconfig that makes them administrators. */
export interface Workstation extends Disposable {
  /** The home directory holds the files of the editor; `~/.kube/config` leads to the cluster. */
  readonly files: FileSystem;
  /** Runs a script; resolves with its exit code. */
  run(script: string, io: MachineIo): Promise<number>;
  /** Opens a terminal with a shell of its own. */
  open(screen: MachineScreen): Promise<MachineTerminal>;
}

export interface WorkstationDeps {
  readonly transport: Transport;
  /** Whom the token in the kubeconfig stands for. */
  readonly admin: UserInfo;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Where the machine is on the network: outside of the cluster. */
  readonly net: Net;
  readonly onError: (error: unknown) => void;
}

/** Where the machine's files are, and where people start. */
export const HOME = '/root';
/** Its address, beside the nodes. */
export const WORKSTATION_IP = '172.18.0.100';
const SERVER = 'https://172.18.0.1:6443';

export function workstation({ transport, admin, clock, rng, net, onError }: WorkstationDeps): Workstation {
  const files = machineFiles(() => clock.now(), HOME);
  const token = rng.fork('token').text(32, 'abcdefghijklmnopqrstuvwxyz0123456789');
  files.fs.mkdir(`${HOME}/.kube`);
  files.fs.writeFile(`${HOME}/.kube/config`, kubeconfig(token), { mode: 0o600 });
  let isOver = false;
  let machine: Promise<SimulatedMachine> | undefined;

  const kubectl = kubectlProgram(clock, (config, process) => {
    if (config.server !== SERVER) return networkConnection(config, process, UNREACHABLE);
    return {
      request(request) {
        if (config.token === token) return transport.request({ ...request, user: admin });
        const authorization: Record<string, string> =
          config.token === undefined ? {} : { authorization: `Bearer ${config.token}` };
        return transport.request({ ...request, headers: { ...request.headers, ...authorization } });
      },
    };
  });
  const load = async (): Promise<SimulatedMachine> => {
    const { workstationMachine } = await clock.hold(importMachine());
    return workstationMachine(
      { clock, rng: rng.fork('machine'), net, files, kubectl, onError },
      { home: HOME, address: WORKSTATION_IP },
    );
  };
  const running = async (): Promise<SimulatedMachine> => {
    machine ??= load();
    const loaded = await machine;
    if (isOver) throw new Error('the machine has been switched off');
    return loaded;
  };

  return {
    files: files.fs,
    async run(script, io) {
      return (await running()).run(['bash', '-c', script], io);
    },
    async open(screen) {
      return (await running()).open(screen);
    },
    dispose() {
      isOver = true;
      machine?.then((loaded) => loaded.dispose(), onError);
    },
  };
}

/** Fetches what a terminal needs before there is a cluster to open one in: both come at once then. */
export function prefetchWorkstation(): void {
  // Who opens it is told what is wrong.
  importMachine().catch(() => undefined);
}

const importMachine = () => import('./machine.ts');

/** What a kubectl of other servers cannot do. */
const UNREACHABLE: Transport = {
  request: () =>
    Promise.reject(new Error('unable to upgrade connection: only the cluster of this machine carries streams')),
};

const kubeconfig = (token: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: ${SERVER}
  name: tabernetes
contexts:
- context:
    cluster: tabernetes
    user: kubernetes-admin
  name: kubernetes-admin@tabernetes
current-context: kubernetes-admin@tabernetes
preferences: {}
users:
- name: kubernetes-admin
  user:
    token: ${token}
`;
