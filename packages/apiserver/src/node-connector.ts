import type { ApiRequest, ApiResponse, ExecSession, KubeObject, PortForwardSession } from '@tabernetes/apimachinery';

/**
 * The seam through which the server reaches nodes: what the kubelet's own HTTPS server answers in a real cluster. The
 * server has authorized the request and found the Pod on a node; the connector speaks to that node's kubelet, and throws
 * StatusError for what the kubelet refuses.
 */
export interface NodeConnector {
  log(pod: KubeObject, options: LogOptions, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  exec(pod: KubeObject, options: ExecOptions): Promise<ExecSession>;
  attach(pod: KubeObject, options: ExecOptions): Promise<ExecSession>;
  portForward(pod: KubeObject, ports: readonly number[]): Promise<PortForwardSession>;
  /** An HTTP request to a Pod's port, or to a node's kubelet. */
  proxy(target: ProxyTarget, request: ApiRequest): Promise<ApiResponse>;
}

/** PodLogOptions. @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.32/#podlogoptions-v1-core */
export interface LogOptions {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

/** PodExecOptions and PodAttachOptions. */
export interface ExecOptions {
  readonly container: string;
  /** Empty for attach. */
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export type ProxyTarget =
  | {
      readonly kind: 'pod';
      readonly pod: KubeObject;
      readonly scheme: 'http' | 'https';
      readonly port: number;
      readonly path: string;
    }
  | {
      readonly kind: 'node';
      readonly node: KubeObject;
      readonly scheme: 'http' | 'https';
      readonly port: number;
      readonly path: string;
    };
