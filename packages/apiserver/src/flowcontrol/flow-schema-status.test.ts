import type { FlowSchema } from '@tabernetes/api/types/flowcontrol-v1';
import { expect, test } from 'vitest';
import { testApiServer } from '../testing/index.ts';
import { flowSchemaStatus } from './flow-schema-status.ts';

test('SYS-1 FlowSchemas say whether their priority level exists', async () => {
  const api = await testApiServer({ namespaces: [] });
  const path = '/apis/flowcontrol.apiserver.k8s.io/v1';
  const watching = await flowSchemaStatus({
    ...api,
    onError: (error) => {
      throw error;
    },
  });
  const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
  await api.send('POST', `${path}/flowschemas`, {
    apiVersion,
    kind: 'FlowSchema',
    metadata: { name: 'mine' },
    spec: { priorityLevelConfiguration: { name: 'late' } },
  });
  const told = async () => {
    const { object } = await api.send<FlowSchema>('GET', `${path}/flowschemas/mine`);
    return object.status?.conditions?.map(({ status, reason, message }) => [status, reason, message]);
  };
  const what = 'This FlowSchema references the PriorityLevelConfiguration object named "late"';
  await expect.poll(told).toEqual([['True', 'NotFound', `${what} but there is no such object`]]);
  await api.send('POST', `${path}/prioritylevelconfigurations`, {
    apiVersion,
    kind: 'PriorityLevelConfiguration',
    metadata: { name: 'late' },
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
  });
  await expect.poll(told).toEqual([['False', 'Found', `${what} and it exists`]]);
  watching.dispose();
  api.dispose();
});
