import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  debug: {
    short: 'Create debugging sessions for troubleshooting workloads and nodes',
    examples: [
      ['A shell beside a container', 'kubectl debug web -it --image=busybox'],
      ['A shell on a node', 'kubectl debug node/node-1 -it --image=busybox'],
    ],
    flags: {
      'arguments-only': 'With --copy-to, give the words behind -- as arguments, not as the command.',
      attach: 'Wait until the container runs and attach to it. Follows --stdin unless it is set.',
      'copy-to': 'Make a copy of the Pod under this name.',
      custom: 'JSON or YAML file with parts of the container to lay over the debug container.',
      env: 'Environment variable, as KEY=VALUE; may be repeated.',
      image: 'Image of the container.',
      'image-pull-policy': 'When to pull the image; empty leaves it to the server.',
      'keep-annotations': 'With --copy-to, keep the annotations.',
      'keep-init-containers': 'With --copy-to, keep init containers.',
      'keep-labels': 'With --copy-to, keep the labels.',
      'keep-liveness': 'With --copy-to, keep liveness probes.',
      'keep-readiness': 'With --copy-to, keep readiness probes.',
      'keep-startup': 'With --copy-to, keep startup probes.',
      profile: 'Set of settings for the debug container: legacy, general, baseline, netadmin, restricted, or sysadmin.',
      replace: 'With --copy-to, delete the original Pod.',
      'same-node': 'With --copy-to, put the copy on the same node.',
      'set-image': 'With --copy-to, images by container name, as name=image.',
      'share-processes': 'With --copy-to, let containers see the processes of each other.',
      target: 'Container whose processes the debug container sees.',
    },
  },
};
