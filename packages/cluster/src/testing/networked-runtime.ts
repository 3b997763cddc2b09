import type { Behaviour } from '@tabernetes/kubelet/testing';
import { FakeRuntime } from '@tabernetes/kubelet/testing';
import type {
  ContainerConfig,
  HttpHandler,
  Listener,
  Net,
  PodEndpoint,
  PodSandbox,
  PodSandboxConfig,
  TlsIdentity,
} from '@tabernetes/node-api';
import type { RuntimeRequest } from '../nodes/simulated-nodes.ts';

export interface NetworkedRuntimeOptions {
  /** What containers answer on the ports that they declare. */
  readonly handler: (pod: PodSandboxConfig, config: ContainerConfig) => HttpHandler;
  readonly tls?: (pod: PodSandboxConfig) => TlsIdentity | undefined;
  readonly behave?: (config: ContainerConfig) => Behaviour;
}

/** A runtime whose containers are HTTP servers in the network that it was given, and nothing else. */
export class NetworkedRuntime extends FakeRuntime {
  override readonly hostNet: Net;
  /** Places of Pods by `namespace/name`. */
  readonly endpoints = new Map<string, PodEndpoint>();
  readonly #request: RuntimeRequest;
  readonly #options: NetworkedRuntimeOptions;
  readonly #attached = new Map<string, { readonly config: PodSandboxConfig; readonly endpoint: PodEndpoint }>();
  readonly #sandboxOf = new Map<string, string>();
  readonly #configs = new Map<string, ContainerConfig>();
  readonly #listeners = new Map<string, readonly Listener[]>();

  constructor(request: RuntimeRequest, options: NetworkedRuntimeOptions) {
    super(request.clock, options.behave ? { behave: options.behave } : {});
    this.#request = request;
    this.#options = options;
    this.hostNet = request.hostNet;
    this.onEvent(({ type, container }) => {
      if (type !== 'exited') return;
      for (const listener of this.#listeners.get(container.id) ?? []) listener.close();
      this.#listeners.delete(container.id);
    });
  }

  override async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
    const { id } = await super.runPodSandbox(config);
    const endpoint = this.#request.network.attach(this.#request.nodeName, config);
    this.#attached.set(id, { config, endpoint });
    this.endpoints.set(`${config.namespace}/${config.name}`, endpoint);
    return { id, ips: endpoint.ips };
  }

  override readonly stopPodSandbox = async (id?: string): Promise<void> => {
    const attached = this.#attached.get(id ?? '');
    if (attached === undefined) return;
    this.#attached.delete(id ?? '');
    const { config } = attached;
    this.endpoints.delete(`${config.namespace}/${config.name}`);
    this.#request.network.detach(this.#request.nodeName, config.uid);
  };

  override async createContainer(sandboxId: string, config: ContainerConfig): Promise<string> {
    const id = await super.createContainer(sandboxId, config);
    this.#sandboxOf.set(id, sandboxId);
    this.#configs.set(id, config);
    return id;
  }

  override async startContainer(id: string): Promise<void> {
    await super.startContainer(id);
    const attached = this.#attached.get(this.#sandboxOf.get(id) ?? '');
    const config = this.#configs.get(id);
    if (attached === undefined || config === undefined) return;
    const tls = this.#options.tls?.(attached.config);
    const handler = this.#options.handler(attached.config, config);
    this.#listeners.set(
      id,
      tcpPorts(config).map((containerPort) => attached.endpoint.net.serve(containerPort, handler, tls ? { tls } : {})),
    );
  }
}

const tcpPorts = ({ ports }: ContainerConfig): readonly number[] =>
  ports.flatMap(({ containerPort, protocol }) => (protocol === 'TCP' ? [containerPort] : []));
