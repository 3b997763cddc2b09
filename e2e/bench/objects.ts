/** A Pod as people write them, but for a scheduler that nobody runs: what becomes of Pods is another suite's business. */
export const podManifest = (name: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: 'web', tier: 'front' } },
  spec: {
    schedulerName: 'nobody',
    containers: [
      {
        name: 'web',
        image: 'nginx:1.27',
        ports: [{ containerPort: 80 }],
        env: [{ name: 'A', value: '1' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      },
    ],
  },
});
