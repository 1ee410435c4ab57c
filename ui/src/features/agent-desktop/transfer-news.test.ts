import { expect, it } from "vitest";
import { transferNews } from "./transfer-news";

const CALL = "0190aaaa-0000-7000-8000-00000000000c";
const SEAT = "0190aaaa-0000-7000-8000-00000000005e";
const warning = (id: string) => ({ type: "changed" as const, seq: 7, topic: "warnings", id });

it("an agent hears why a transfer of their call came to nothing", () => {
  const nobody = transferNews(warning(`transfer_found_nobody ${CALL}`), CALL);
  const failed = transferNews(warning(`transfer_failed ${CALL}`), CALL);
  expect(nobody).not.toBeNull();
  expect(failed).not.toBeNull();
  expect(nobody).not.toEqual(failed);
});

it("what is said of a seat, of another call or of something else is not for this desk", () => {
  expect(transferNews(warning(`transfer_failed ${SEAT}`), CALL)).toBeNull();
  expect(transferNews(warning(`transfer_failed ${CALL}`), null)).toBeNull();
  expect(transferNews(warning(`agent_did_not_come ${CALL}`), CALL)).toBeNull();
  expect(transferNews(warning(""), CALL)).toBeNull();
  expect(transferNews({ type: "changed", seq: 7, topic: "attempts", id: CALL }, CALL)).toBeNull();
});
