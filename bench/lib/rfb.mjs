// The few messages of the RFB protocol (RFC 6143) between opening a VNC websocket and the first picture.

/** Resolves when the first FramebufferUpdate arrives. */
export function firstPicture(url, timeout = 20_000) {
  return new Promise((done, fail) => {
    const socket = new WebSocket(url, ['binary']);
    socket.binaryType = 'arraybuffer';
    let buffer = Buffer.alloc(0);
    let stage = 0;
    const timer = setTimeout(() => finish(new Error('no picture from the desktop in time')), timeout);
    const finish = error => {
      clearTimeout(timer);
      socket.close();
      if (error) fail(error);
      else done();
    };
    const take = n => {
      const part = buffer.subarray(0, n);
      buffer = buffer.subarray(n);
      return part;
    };
    // Each stage returns false while it needs more bytes.
    const stages = [
      () => buffer.length >= 12 && (socket.send(take(12)), true), // version: the server's own
      () => {
        if (buffer.length < 1 || buffer.length < 1 + buffer[0]) return false;
        take(1 + buffer[0]);
        socket.send(Uint8Array.of(1)); // security: none
        return true;
      },
      () => {
        if (buffer.length < 4) return false;
        if (take(4).readUInt32BE() !== 0) throw new Error('the desktop refused the connection');
        socket.send(Uint8Array.of(1)); // shared
        return true;
      },
      () => {
        if (buffer.length < 24 || buffer.length < 24 + buffer.readUInt32BE(20)) return false;
        const init = take(24);
        take(init.readUInt32BE(20));
        socket.send(Buffer.from([2, 0, 0, 1, 0, 0, 0, 0])); // encodings: raw
        const update = Buffer.alloc(10);
        update[0] = 3; // the whole screen, now
        update.writeUInt16BE(init.readUInt16BE(0), 6);
        update.writeUInt16BE(init.readUInt16BE(2), 8);
        socket.send(update);
        return true;
      },
      () => buffer.length >= 1 && buffer[0] === 0 && (finish(), true)
    ];
    socket.addEventListener('message', ({ data }) => {
      buffer = Buffer.concat([buffer, Buffer.from(data)]);
      try {
        while (stage < stages.length && stages[stage]()) stage += 1;
      } catch (error) {
        finish(error);
      }
    });
    socket.addEventListener('error', () => finish(new Error('the websocket of the desktop could not be opened')));
    socket.addEventListener('close', () => stage < stages.length && finish(new Error('the desktop closed the connection')));
  });
}
