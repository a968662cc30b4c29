/** Boxes as they are drawn: in device pixels, several spans in one where they share a pixel; lane by lane. */
export class PixelBoxes {
  count = 0;
  x = new Int32Array(4096);
  width = new Int32Array(4096);
  /** Of their lane's upper edge. */
  y = new Int32Array(4096);
  tone = new Uint8Array(4096);
  /** 1 where it stands for several spans. */
  merged = new Uint8Array(4096);
  /** The first of them, among the boxes of the lanes that were looked at. */
  box = new Uint32Array(4096);

  clear(): void {
    this.count = 0;
  }

  add(x: number, width: number, y: number, tone: number, box: number): void {
    if (this.count === this.x.length) this.grow();
    const at = this.count++;
    this.x[at] = x;
    this.width[at] = width;
    this.y[at] = y;
    this.tone[at] = tone;
    this.merged[at] = 0;
    this.box[at] = box;
  }

  /** One pixel of several spans: part of the box before it, where that is alike. */
  addMerged(x: number, y: number, tone: number, box: number): void {
    const before = this.count - 1;
    const isAlike = before >= 0 && this.merged[before] === 1 && this.tone[before] === tone;
    if (isAlike && this.y[before] === y && x === this.x[before]! + this.width[before]!) {
      this.width[before]! += 1;
      return;
    }
    this.add(x, 1, y, tone, box);
    this.merged[this.count - 1] = 1;
  }

  private grow(): void {
    const { x, width, y, tone, merged, box } = this;
    const size = x.length * 2;
    this.x = new Int32Array(size);
    this.width = new Int32Array(size);
    this.y = new Int32Array(size);
    this.tone = new Uint8Array(size);
    this.merged = new Uint8Array(size);
    this.box = new Uint32Array(size);
    this.x.set(x);
    this.width.set(width);
    this.y.set(y);
    this.tone.set(tone);
    this.merged.set(merged);
    this.box.set(box);
  }
}
