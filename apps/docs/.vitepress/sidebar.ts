/** A group of the sidebar. Every page of the site stands in one. */
export interface SidebarGroup {
  readonly text: string;
  readonly items: { readonly text: string; readonly link: string }[];
}

export const GROUPS: SidebarGroup[] = [
  {
    text: 'Use it',
    items: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Embedding', link: '/embedding' },
      { text: 'Testing', link: '/testing' },
      { text: 'How it works', link: '/how-it-works' },
      { text: 'Kinds and deviations', link: '/kinds' },
    ],
  },
  {
    text: 'Run things',
    items: [
      { text: 'Pods', link: '/learn/pods' },
      { text: 'Labels and namespaces', link: '/learn/labels-and-namespaces' },
      { text: 'Probes and ReplicaSets', link: '/learn/replication' },
      { text: 'DaemonSets, Jobs, CronJobs', link: '/learn/daemons-and-jobs' },
      { text: 'Deployments', link: '/learn/deployments' },
      { text: 'StatefulSets', link: '/learn/stateful-sets' },
      { text: 'Applications that behave', link: '/learn/good-citizens' },
    ],
  },
  {
    text: 'Connect and configure',
    items: [
      { text: 'Services and DNS', link: '/learn/services' },
      { text: 'Ingress', link: '/learn/ingress' },
      { text: 'Volumes and claims', link: '/learn/volumes' },
      { text: 'ConfigMaps and Secrets', link: '/learn/configuration' },
      { text: 'Downward API, API from Pods', link: '/learn/downward-api' },
    ],
  },
  {
    text: 'Place, scale, protect, extend',
    items: [
      { text: 'What happens inside', link: '/learn/inside' },
      { text: 'Resources and quotas', link: '/learn/resources' },
      { text: 'Autoscaling', link: '/learn/autoscaling' },
      { text: 'Scheduling', link: '/learn/scheduling' },
      { text: 'RBAC and ServiceAccounts', link: '/learn/access-control' },
      { text: 'Network and security policies', link: '/learn/security-policies' },
      { text: 'Custom resources', link: '/learn/extending' },
    ],
  },
  {
    text: 'Patterns',
    items: [
      { text: 'Foundational', link: '/patterns/foundational' },
      { text: 'Behavioural', link: '/patterns/behavioural' },
      { text: 'Init container', link: '/patterns/init-container' },
      { text: 'Sidecar', link: '/patterns/sidecar' },
      { text: 'Adapter', link: '/patterns/adapter' },
      { text: 'Ambassador', link: '/patterns/ambassador' },
      { text: 'Configuration', link: '/patterns/configuration' },
      { text: 'Security', link: '/patterns/security' },
      { text: 'Controller', link: '/patterns/controller' },
      { text: 'Operator', link: '/patterns/operator' },
      { text: 'Elastic scale', link: '/patterns/elastic-scale' },
    ],
  },
];
