import { randomUUID } from 'node:crypto';

interface KernelMessage {
  header: { msg_type: string };
  parent_header: { msg_id?: string };
  content: { text?: string; traceback?: string[]; execution_state?: string };
}

/** A kernel of a session, driven over the public origin with a token, as a script does it. */
export class Kernel {
  static async start(session: string, token: string, name: string): Promise<Kernel> {
    const response = await fetch(`${session}api/kernels`, {
      method: 'POST',
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name })
    });
    if (response.status !== 201) {
      throw new Error(`Kernel answered ${response.status}: ${await response.text()}`);
    }
    const { id } = (await response.json()) as { id: string };
    return new Kernel(session, token, id);
  }

  constructor(
    /** URL of the session with a slash at the end. */
    readonly session: string,
    readonly token: string,
    readonly id: string
  ) {}

  /** Runs code on a connection of its own and resolves with what it printed; rejects with its traceback. */
  async run(code: string): Promise<string> {
    const url = new URL(`api/kernels/${this.id}/channels?token=${encodeURIComponent(this.token)}`, this.session);
    url.protocol = 'ws:';
    const socket = new WebSocket(url);
    const id = randomUUID();
    try {
      return await new Promise<string>((resolve, reject) => {
        let text = '';
        socket.onopen = () =>
          socket.send(
            JSON.stringify({
              channel: 'shell',
              header: { msg_id: id, msg_type: 'execute_request', session: id, username: '', date: '', version: '5.4' },
              parent_header: {},
              metadata: {},
              content: { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false, stop_on_error: true },
              buffers: []
            })
          );
        socket.onerror = () => reject(new Error(`No connection to ${url.pathname}.`));
        socket.onclose = event => reject(new Error(`The kernel's connection closed with ${event.code}.`));
        socket.onmessage = event => {
          const message = JSON.parse(event.data as string) as KernelMessage;
          if (message.parent_header.msg_id !== id) {
            return;
          }
          if (message.header.msg_type === 'stream') {
            text += message.content.text ?? '';
          } else if (message.header.msg_type === 'error') {
            reject(new Error(message.content.traceback?.join('\n')));
          } else if (message.header.msg_type === 'status' && message.content.execution_state === 'idle') {
            resolve(text.trim());
          }
        };
      });
    } finally {
      socket.onclose = null;
      socket.close();
    }
  }
}
