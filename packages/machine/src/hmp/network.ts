import type { HmpCommand } from './command.js';

/** The network card. */
export const networkHumanCommands: readonly HmpCommand[] = [
  {
    names: ['set_link'],
    usage: 'name on|off',
    help: 'change the link status of a network adapter',
    parameters: [
      { name: 'name', type: 'string' },
      { name: 'up', type: 'boolean' },
    ],
    complete: (index, { machine: { network } }) => {
      if (index === 2) return ['on', 'off'];
      return [network.config?.id, network.config?.peer?.id].filter((name) => name !== undefined);
    },
    run: ({ name = '', up }, { machine }) => machine.network.setLink(name, up === 'on'),
  },
];

/** What `info` shows of the network. */
export const networkInfo: readonly HmpCommand[] = [
  {
    names: ['network'],
    help: 'show the network state',
    run: async (_args, { machine: { network } }) => {
      const { config } = network;
      if (config === undefined) return '';
      const { mac } = await network.state();
      const { peer } = config;
      const card = `${config.id}: index=0,type=nic,model=${config.model},macaddr=${mac}\n`;
      if (peer === undefined) return card;
      return `${card} \\ ${peer.id}: index=0,type=user,net=${peer.network},restrict=${peer.restrict ? 'on' : 'off'}\n`;
    },
  },
  {
    names: ['usernet'],
    help: 'show user network stack connection states',
    run: async (_args, { machine: { network } }) => {
      const peer = network.config?.peer;
      if (peer === undefined) return '';
      const { forwardedPorts } = await network.state();
      const lines = peer.hostForwards.map(({ address, guestPort }, index) => {
        const from = address === '0.0.0.0' ? '*' : address;
        const port = String(forwardedPorts[index] ?? '').padStart(5);
        return `  TCP[HOST_FORWARD] ${from.padStart(15)} ${port} ${peer.guest.padStart(15)} ${String(guestPort).padStart(5)}\n`;
      });
      return `Hub -1 (${peer.id}):\n  Protocol[State]    Source Address  Port   Dest. Address  Port\n${lines.join('')}`;
    },
  },
];
