/* connect ADDRESS FIRST LAST: the plainest sweep there is, one blocking connect after the other. Prints how many succeeded. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count != 4) {
    return 2;
  }
  struct sockaddr_in peer = {.sin_family = AF_INET};
  if (inet_pton(AF_INET, words[1], &peer.sin_addr) != 1) {
    return 2;
  }
  int open = 0;
  for (int port = atoi(words[2]); port <= atoi(words[3]); port++) {
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connection < 0) {
      return 1;
    }
    peer.sin_port = htons(port);
    if (connect(connection, (struct sockaddr *)&peer, sizeof peer) == 0) {
      open++;
    }
    close(connection);
  }
  printf("%d\n", open);
  return 0;
}
