import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  expose: {
    short: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
    examples: [['A Service for a Deployment', 'kubectl expose deployment web --port=80 --target-port=8080']],
    flags: {
      'cluster-ip': "Address of the Service. Empty: one is chosen. 'None': a Service without one.",
      'external-ip': 'A further address at which the Service is reached; nodes must get its packets.',
      labels: 'Labels of the new object, comma-separated key=value.',
      'load-balancer-ip': 'Address that the load balancer is to have.',
      name: 'Name of the new object.',
      'override-type': 'How --overrides are laid over: json, merge, or strategic.',
      overrides: 'JSON to lay over the generated object.',
      port: 'Port of the Service; default: as the exposed object has it.',
      protocol: 'Protocol of the ports; default TCP.',
      'session-affinity': "'None' or 'ClientIP': whether one client stays with one Pod.",
      'target-port': 'Port or port name of the container.',
      type: 'Type of the Service: ClusterIP, NodePort, LoadBalancer, or ExternalName.',
    },
  },
};
