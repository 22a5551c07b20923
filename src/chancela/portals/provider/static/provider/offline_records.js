/* The offline desk once its PIN was given: what was prepared, and records, each closed as soon as it is made. */
"use strict";
const deskRecords = (() => {
  /* gives the desk that this private half opens */
  const enter = async (secret) => {
    const { bundle: closed, lock } = await deskShelf.prepared();
    const bundle = await deskShelf.open(secret, "bundle", closed);
    const clock = await deskShelf.clock();
    const house = deskShelf.bytes(bundle.house);
    let number = null;

    /* taken when it is first shown, and kept for this tab until something is saved under it */
    const mine = async () => {
      number = number || await deskShelf.take(bundle.of);
      return number;
    };

    /* a record under its number: closed to the house with its code, to this computer without it */
    const put = async (one, told, before) => {
      const now = Math.round(clock.now());
      const at = before ? Math.min(before.at, now) : now; // of a clock that had run ahead the hour is put right too
      const record = { ...told, number: one, taken_at: new Date(at).toISOString() };
      const { code, code_kept: kept, ...rest } = record;
      const theirs = await deskShelf.close(house, `${bundle.owner}|${one}`, record);
      const readable = await deskShelf.close(lock.point, `mine|${one}`, { ...rest, code_kept: Boolean(code || kept) });
      const former = kept && before ? before.former || before.theirs : null;
      const version = before ? before.version + 1 : 1;
      await deskShelf.put("records", { number: one, of: bundle.of, at, state: "kept", version, mine: readable, theirs, former, said: null });
      await deskShelf.seen(at);
      return one;
    };

    /* gives the number under which it is saved, or null where this computer has none left */
    const save = async (told) => {
      const taken = await mine();
      if (!taken) return null;
      await put(taken.number, told, null);
      number = null;
      return taken.number;
    };

    /* what a record says, never its code; null for one of another preparation that no PIN here opens */
    const readable = (record) => deskShelf.open(secret, `mine|${record.number}`, record.mine).catch(() => null);

    return { bundle, late: clock.late, mine, save, correct: (before, told) => put(before.number, told, before), readable };
  };

  return { enter };
})();
