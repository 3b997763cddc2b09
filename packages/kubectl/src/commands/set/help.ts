import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  set: {
    short: 'Set specific features on objects',
  },
  'set env': {
    short: 'Update environment variables on a pod template',
    examples: [
      ['Set a variable', 'kubectl set env deployment/web LEVEL=debug'],
      ['Show variables', 'kubectl set env deployment/web --list'],
    ],
    flags: {
      containers: "Names of containers; '*' stands for any text.",
      env: 'Environment variable, as KEY=VALUE; may be repeated.',
      from: 'ConfigMap or Secret whose keys become variables.',
      keys: 'Keys to take of --from; default all.',
      list: 'Print what there is.',
      prefix: 'Text in front of the names of variables.',
      resolve: 'With --list, look values of references up.',
    },
  },
  'set image': {
    short: 'Update the image of a pod template',
    examples: [['Change one image', 'kubectl set image deployment/web nginx=nginx:1.27']],
  },
  'set resources': {
    short: 'Update resource requests/limits on objects with pod templates',
    examples: [['Limit CPU and memory', 'kubectl set resources deployment web --limits=cpu=200m,memory=512Mi']],
    flags: {
      containers: "Names of containers; '*' stands for any text.",
      limits: 'Limits, as resource=amount, comma-separated.',
      requests: 'Requests, as resource=amount, comma-separated.',
    },
  },
  'set selector': {
    short: 'Set the selector on an object',
    examples: [['Lead a Service elsewhere', 'kubectl set selector service web app=other']],
  },
  'set serviceaccount': {
    short: 'Update the service account of an object',
    examples: [['Run as another account', 'kubectl set serviceaccount deployment web app']],
  },
  'set subject': {
    short: 'Update the user, group, or service account in a role binding or cluster role binding',
    examples: [['Bind one more user', 'kubectl set subject rolebinding admin --user=ada']],
    flags: {
      group: 'Group to bind to; may be repeated.',
      serviceaccount: 'ServiceAccount to bind to, as namespace:name; may be repeated.',
      user: 'User to bind to; may be repeated.',
    },
  },
};
