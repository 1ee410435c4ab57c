import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { Ref } from "react";

/** A button that is a link to one of our own pages, with the router's types for where it may lead. */
export const LinkButton = createLink(function LinkButton({
  ref,
  ...props
}: ButtonProps & { ref?: Ref<HTMLAnchorElement> }) {
  return <Button component="a" ref={ref} {...props} />;
});

/** A link in a text. */
export const TextLink = createLink(function TextLink({
  ref,
  ...props
}: AnchorProps & { ref?: Ref<HTMLAnchorElement> }) {
  return <Anchor ref={ref} {...props} />;
});
