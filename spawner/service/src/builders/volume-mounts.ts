/** What of a volume a session has below /data, and what is shown empty there. */
export function volumeMounts({ name, source, parts }: { name: string; source: string; parts: readonly { prefix: string; allowed: boolean }[] }): {
  mounts: { source: string; target: string; mode: 'ro' }[];
  covers: string[];
} {
  const mounts: { source: string; target: string; mode: 'ro' }[] = [];
  const covers: string[] = [];
  for (const { prefix, allowed } of parts) {
    const below = prefix === '' ? '' : `/${prefix}`;
    const target = `/data/${name}${below}`;
    if (allowed) {
      mounts.push({ source: source + below, target, mode: 'ro' });
    } else if (prefix !== '') {
      // Parts take turns: above a hidden one there is one that is seen. Where the volume itself is hidden, nothing is mounted to begin with.
      covers.push(target);
    }
  }
  return { mounts, covers };
}
