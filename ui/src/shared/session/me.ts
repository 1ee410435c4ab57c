import type { Me as MeOut } from "@/shared/api/generated/model";

export type { Verb, World } from "@/shared/api/generated/model";
export type Me = MeOut;
