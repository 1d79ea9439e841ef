const CLUSTER = 65536;

/** What was written over bytes that stay as they are, in pieces of 64 KiB. */
export class WrittenClusters {
  readonly #readBelow: (offset: number, length: number) => Uint8Array;
  readonly #clusters = new Map<number, Uint8Array<ArrayBuffer>>();

  /** @param readBelow reads what lies below, zeros beyond its end, into an array that is ours to change. */
  constructor(readBelow: (offset: number, length: number) => Uint8Array) {
    this.#readBelow = readBelow;
  }

  get size(): number {
    return this.#clusters.size;
  }

  read(offset: number, length: number): Uint8Array {
    const data = this.#readBelow(offset, length);
    for (let index = Math.floor(offset / CLUSTER); index * CLUSTER < offset + length; index++) {
      const cluster = this.#clusters.get(index);
      if (cluster === undefined) continue;
      const from = Math.max(offset, index * CLUSTER);
      const to = Math.min(offset + length, (index + 1) * CLUSTER);
      data.set(cluster.subarray(from - index * CLUSTER, to - index * CLUSTER), from - offset);
    }
    return data;
  }

  write(offset: number, data: Uint8Array): void {
    for (let done = 0; done < data.length; ) {
      const index = Math.floor((offset + done) / CLUSTER);
      const within = offset + done - index * CLUSTER;
      const length = Math.min(CLUSTER - within, data.length - done);
      const cluster = this.#clusters.get(index) ?? new Uint8Array(this.#readBelow(index * CLUSTER, CLUSTER));
      cluster.set(data.subarray(done, done + length), within);
      this.#clusters.set(index, cluster);
      done += length;
    }
  }

  /** The pieces in order, with their places. */
  pieces(): { start: number; end: number; data: Uint8Array<ArrayBuffer> }[] {
    return [...this.#clusters]
      .sort(([a], [b]) => a - b)
      .map(([index, data]) => ({ start: index * CLUSTER, end: (index + 1) * CLUSTER, data }));
  }

  clear(): void {
    this.#clusters.clear();
  }
}
