import type { KindDefinition, RequestContext } from '@tabernetes/api';
import { createObject, memoryAllocator, testContext, updateObject } from '@tabernetes/api/testing';
import { type KubeObject, StatusError } from '@tabernetes/apimachinery';

/** What came of a dry run. */
export interface Answer {
  readonly code: number;
  readonly message: string;
  readonly object?: KubeObject;
}

/** A dry-run POST. Undefined: the body does not decode, which is not for kinds to answer. */
export const probeCreate = (kind: KindDefinition, raw: unknown): Answer | undefined =>
  answered(201, () => createObject(kind, raw, probeContext()));

/** A dry-run PUT over a live object. */
export const probeUpdate = (kind: KindDefinition, raw: unknown, live: unknown): Answer | undefined =>
  answered(200, () => updateObject(kind, raw, live, probeContext(live)));

const NOW = '2026-11-20T22:50:00Z';

/** A cluster with the usual ranges in which only the addresses and ports of `live` are taken. */
function probeContext(live?: unknown): RequestContext {
  const text = JSON.stringify(Reflect.get(live ?? {}, 'spec') ?? {});
  const addresses = new Set(text.match(/\d+\.\d+\.\d+\.\d+/g));
  const ports = new Set(text.match(/\b3[0-2]\d{3}\b/g)?.map(Number));
  const isClusterIP = (ip: string): boolean => /^10\.(9[6-9]|10\d|11[01])\./.test(ip);
  const isNodePort = (port: number): boolean => port >= 30_000 && port <= 32_767;
  return testContext({
    user: { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
    now: NOW,
    nowMs: Date.parse(NOW),
    dryRun: true,
    allocators: {
      clusterIPs: memoryAllocator('10.96.0.0/12', isClusterIP, ['10.96.0.10', '10.96.0.11'], addresses),
      nodePorts: memoryAllocator('30000-32767', isNodePort, [30_000, 30_001, 30_002], ports),
    },
  });
}

function answered(code: number, run: () => KubeObject | undefined): Answer | undefined {
  try {
    const object = run();
    return object && { code, message: '', object };
  } catch (error) {
    if (error instanceof StatusError) return { code: error.code, message: error.message };
    throw error;
  }
}
