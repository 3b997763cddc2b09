import type { Container, EphemeralContainer, Probe } from '@tabernetes/api/types/core-v1';
import { type Clock, formatDuration } from '@tabernetes/base';
import type { ContainerRuntime } from '@tabernetes/node-api';
import { expandReferences } from '../config/expand.ts';
import { containerPort } from './container-port.ts';
import { execOutput } from './exec-output.ts';
import { httpGet } from './http-get.ts';
import { dialText } from './net-errors.ts';

export interface ProbeTarget {
  readonly container: Container | EphemeralContainer;
  readonly containerId: string;
  readonly podIP: string;
}

/** `success`, perhaps with a warning, or why not: `failed` counts, `errored` says nothing about the container. */
export type ProbeOutcome =
  | { readonly result: 'success'; readonly warning?: string }
  | { readonly result: 'failed' | 'errored'; readonly output: string };

/** How a probe comes out of a container that answers, but is not well. */
export function unwellOutcome(
  { httpGet: http, tcpSocket, grpc }: Probe,
  { container, podIP }: ProbeTarget,
): ProbeOutcome {
  if (http !== undefined) return { result: 'failed', output: 'HTTP probe failed with statuscode: 500' };
  if (tcpSocket !== undefined) {
    const address = `${tcpSocket.host || podIP}:${containerPort(container, tcpSocket.port)}`;
    return { result: 'failed', output: `dial tcp ${address}: connect: connection refused` };
  }
  const isGrpc = grpc !== undefined;
  return { result: 'failed', output: isGrpc ? 'service unhealthy (responded with "NOT_SERVING")' : '' };
}

/**
 * Asks a container once how it is.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/prober/prober.go
 */
export async function runProbe(
  deps: { readonly runtime: ContainerRuntime; readonly clock: Clock },
  probe: Probe,
  { container, containerId, podIP }: ProbeTarget,
): Promise<ProbeOutcome> {
  const { runtime, clock } = deps;
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.exec !== undefined) {
      const statics = new Map(container.env?.map(({ name, value }) => [name, value]));
      const command = (probe.exec.command ?? []).map((text) => expandReferences(text, (name) => statics.get(name)));
      const { exitCode, output, timedOut } = await execOutput(deps, containerId, command, timeoutMs);
      if (timedOut) {
        const text = `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${formatDuration(timeoutMs)}`;
        return { result: 'failed', output: text };
      }
      return exitCode === 0 ? SUCCESS : { result: 'failed', output: output.slice(0, MAX_OUTPUT) };
    }
    if (probe.httpGet !== undefined) {
      const outcome = await httpGet({ net: runtime.hostNet, clock }, probe.httpGet, container, podIP, {
        userAgent: 'kube-probe/1.32',
        timeoutMs,
      });
      if ('error' in outcome) return { result: 'failed', output: outcome.error };
      if ('bodyError' in outcome) return { result: 'errored', output: outcome.bodyError };
      const { status, body } = outcome;
      if (status < 200 || status >= 400) {
        return { result: 'failed', output: `HTTP probe failed with statuscode: ${status}` };
      }
      if (status < 300) return SUCCESS;
      return { result: 'success', warning: `Probe terminated redirects, Response body: ${body}` };
    }
    if (probe.tcpSocket !== undefined) {
      const host = probe.tcpSocket.host || podIP;
      const port = containerPort(container, probe.tcpSocket.port);
      try {
        (await runtime.hostNet.connect(host, port, { timeoutMs })).destroy();
        return SUCCESS;
      } catch (error) {
        return { result: 'failed', output: dialText(error, `${host}:${port}`) };
      }
    }
    if (probe.grpc !== undefined)
      return await askGrpc(deps, probe.grpc.port, probe.grpc.service ?? '', podIP, timeoutMs);
    return { result: 'errored', output: `missing probe handler for ${container.name}` };
  } catch (error) {
    const { message } = error as Error;
    const text = message.startsWith('failed to exec') ? `rpc error: code = Unknown desc = ${message}` : message;
    return { result: 'errored', output: text };
  }
}

const SUCCESS: ProbeOutcome = { result: 'success' };
const MAX_OUTPUT = 10 * 1024;

/** grpc.health.v1.Health/Check, by the headers that the answer begins with. */
async function askGrpc(
  { runtime, clock }: { readonly runtime: ContainerRuntime; readonly clock: Clock },
  port: number,
  service: string,
  podIP: string,
  timeoutMs: number,
): Promise<ProbeOutcome> {
  const address = `${podIP}:${port}`;
  const askedMs = clock.now();
  try {
    const answer = await runtime.hostNet.fetch(`http://${address}/grpc.health.v1.Health/Check`, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc', 'x-grpc-service': service },
      timeoutMs,
    });
    const status = answer.headers['grpc-status'];
    if (answer.status === 200 && status === '0') return SUCCESS;
    if (status === '12') {
      return {
        result: 'failed',
        output: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)',
      };
    }
    if (status !== undefined) return { result: 'failed', output: `service unhealthy (responded with "NOT_SERVING")` };
  } catch {
    // Whatever went wrong, the client tries until its time is over.
  }
  await clock.sleep(Math.max(timeoutMs - (clock.now() - askedMs), 0));
  const text = `timeout: failed to connect service "${address}" within ${formatDuration(timeoutMs)}: context deadline exceeded`;
  return { result: 'failed', output: text };
}
