import type { Draft } from '@tabernetes/apimachinery';
import type { Container, EphemeralContainer, LifecycleHandler, Probe } from '../generated/core-v1.ts';
import { defaultPullPolicy } from './image.ts';
import { roundResources } from './quantities.ts';

/** What regular, init and ephemeral containers have in common. */
export type AnyContainer = Container | EphemeralContainer;

const TERMINATION_MESSAGE_PATH = '/dev/termination-log';

/** Defaults of one container of any sort. */
export function defaultContainer(container: Draft<AnyContainer>): void {
  if (!container.imagePullPolicy) container.imagePullPolicy = defaultPullPolicy(container.image ?? '');
  if (!container.terminationMessagePath) container.terminationMessagePath = TERMINATION_MESSAGE_PATH;
  if (!container.terminationMessagePolicy) container.terminationMessagePolicy = 'File';
  if (container.ports) for (const port of container.ports) if (!port.protocol) port.protocol = 'TCP';
  if (container.env) {
    for (const { valueFrom } of container.env) {
      if (valueFrom?.fieldRef && !valueFrom.fieldRef.apiVersion) valueFrom.fieldRef.apiVersion = 'v1';
    }
  }
  container.resources ??= {};
  const { limits, requests } = container.resources;
  if (limits) roundResources(limits);
  if (requests) roundResources(requests);
  defaultProbe(container.livenessProbe);
  defaultProbe(container.readinessProbe);
  defaultProbe(container.startupProbe);
  if (container.lifecycle) {
    defaultHandler(container.lifecycle.postStart);
    defaultHandler(container.lifecycle.preStop);
  }
}

/** A limit without a request is a request too, in Pods; templates keep what their author wrote. */
export function requestsFromLimits(container: Draft<Container>): void {
  const limits = container.resources?.limits;
  if (!container.resources || !limits) return;
  const { requests } = container.resources;
  // The requests may be those of the stored object, which a change of the limits left alone: they are replaced.
  if (requests === undefined) container.resources.requests = { ...limits };
  else if (Object.keys(limits).some((name) => requests[name] === undefined)) {
    container.resources.requests = { ...limits, ...requests };
  }
}

/** In the host's network a container's port is the host's port. The same list when all is said; what is frozen is replaced. */
export function portsOfHostNetwork(containers: Draft<Container>[]): Draft<Container>[] {
  if (!containers.some(lacksHostPort)) return containers;
  return containers.map((container) =>
    lacksHostPort(container) && container.ports
      ? {
          ...container,
          ports: container.ports.map((port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort })),
        }
      : container,
  );
}

const lacksHostPort = ({ ports }: Draft<Container>): boolean =>
  ports?.some(({ hostPort, containerPort }) => !hostPort && containerPort) === true;

function defaultProbe(probe: Draft<Probe> | undefined): void {
  if (!probe) return;
  if (!probe.timeoutSeconds) probe.timeoutSeconds = 1;
  if (!probe.periodSeconds) probe.periodSeconds = 10;
  if (!probe.successThreshold) probe.successThreshold = 1;
  if (!probe.failureThreshold) probe.failureThreshold = 3;
  defaultHandler(probe);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHandler(handler: Draft<LifecycleHandler> | undefined): void {
  const http = handler?.httpGet;
  if (!http) return;
  if (!http.path) http.path = '/';
  if (!http.scheme) http.scheme = 'HTTP';
}
