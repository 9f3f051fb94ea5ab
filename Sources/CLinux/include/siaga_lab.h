// What the Lab needs of Linux and Swift cannot say: variadic calls, namespaces, taps, and the
// steps between fork and exec.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>

/// Moves the calling thread into the network namespace behind `fd`; 0 or -errno.
static inline int siaga_lab_enter_namespace(int fd) {
  const int new_net = 0x40000000;  // CLONE_NEWNET, hidden without _GNU_SOURCE
  return syscall(SYS_setns, fd, new_net) == 0 ? 0 : -errno;
}

/// A descriptor that becomes readable by `siaga_lab_raise_event`, and stays so; -errno.
static inline int siaga_lab_open_event(void) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return fd >= 0 ? fd : -errno;
}

/// Safe in a signal handler.
static inline void siaga_lab_raise_event(int fd) {
  uint64_t one = 1;
  ssize_t written = write(fd, &one, sizeof one);
  (void)written;  // full means that it was raised already
}

/// An unnamed file in memory; its descriptor or -errno.
static inline int siaga_lab_open_memory(const char *name) {
  const unsigned int close_on_exec = 1;  // MFD_CLOEXEC, hidden without _GNU_SOURCE
  long fd = syscall(SYS_memfd_create, name, close_on_exec);
  return fd >= 0 ? (int)fd : -errno;
}

/// Lets sleeps of the calling thread end at their time, not 50 µs after.
static inline int siaga_lab_sleep_sharply(void) { return prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

static inline int siaga_lab_open(const char *path, int flags, int mode) {
  int fd = open(path, flags | O_CLOEXEC, mode);
  return fd >= 0 ? fd : -errno;
}

/// Starts a program that dies with the calling *thread*; its pid or -errno.
///
/// It gets the three descriptors and no other, default signals, and a process group of its own,
/// so that Ctrl-C at the terminal reaches us alone and we end it in our own order.
__attribute__((noinline)) static inline int siaga_lab_spawn(
    char *const *arguments, int input, int output, int errors) {
  volatile int failure = 0;
  sigset_t all, before;
  sigfillset(&all);
  // Between vfork and exec the child runs in our memory: no handler of ours may run there.
  pthread_sigmask(SIG_BLOCK, &all, &before);
  int pid = vfork();
  if (pid == 0) {
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (dup2(input, 0) >= 0 && dup2(output, 1) >= 0 && dup2(errors, 2) >= 0) {
      syscall(SYS_close_range, 3, ~0u, 0);
      sigset_t none;
      sigemptyset(&none);
      sigprocmask(SIG_SETMASK, &none, 0);
      execvp(arguments[0], arguments);
    }
    failure = errno;
    _exit(127);
  }
  int problem = pid < 0 ? errno : failure;
  if (pid > 0 && problem != 0) waitpid(pid, 0, 0);
  pthread_sigmask(SIG_SETMASK, &before, 0);
  return problem == 0 ? pid : -problem;
}

/// A UDP socket over IPv4; its descriptor or -errno.
static inline int siaga_lab_open_datagram(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return fd >= 0 ? fd : -errno;
}

/// A socket that sends whole frames and hears none; its descriptor or -errno.
static inline int siaga_lab_open_frames(void) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  return fd >= 0 ? fd : -errno;
}

/// Sends frames of one size, which lie one behind the other and begin with their Ethernet headers,
/// by an interface; how many the kernel took, or -errno.
static inline int siaga_lab_send_frames(int fd, int interface_index, const uint8_t *frames,
                                        size_t size, unsigned count) {
  enum { most = 64 };
  struct {
    struct msghdr header;
    unsigned length;
  } messages[most];  // struct mmsghdr, hidden without _GNU_SOURCE
  struct iovec parts[most];
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = interface_index};
  memset(messages, 0, sizeof messages);
  if (count > most) count = most;
  for (unsigned i = 0; i < count; i++) {
    parts[i] = (struct iovec){.iov_base = (void *)(frames + i * size), .iov_len = size};
    messages[i].header = (struct msghdr){
        .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &parts[i], .msg_iovlen = 1};
  }
  long sent = syscall(SYS_sendmmsg, fd, messages, count, 0);
  return sent >= 0 ? (int)sent : -errno;
}

/// Sets an interface of the thread's namespace up or down; 0 or -errno.
static inline int siaga_lab_set_link(const char *name, int up) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  int result = ioctl(fd, SIOCGIFFLAGS, &request);
  if (result == 0) {
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    result = ioctl(fd, SIOCSIFFLAGS, &request);
  }
  int problem = result == 0 ? 0 : -errno;
  close(fd);
  return problem;
}

/// Makes a tap (or, without link layer, a tun) device in the thread's namespace; it lives as long
/// as its descriptor.
static inline int siaga_lab_open_tap(const char *name, int has_link_layer) {
  int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -errno;
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = (short)((has_link_layer ? IFF_TAP : IFF_TUN) | IFF_NO_PI);
  if (ioctl(fd, TUNSETIFF, &request) == 0) return fd;
  int problem = -errno;
  close(fd);
  return problem;
}

static inline int siaga_lab_set_tap_carrier(int fd, int present) {
  // Linux 5.0's request; older headers do not name it.
  const unsigned long set_carrier = _IOW('T', 226, int);
  return ioctl(fd, set_carrier, &present) == 0 ? 0 : -errno;
}

/// Columns and rows of the terminal behind `fd`; 0 when it is none.
static inline int siaga_lab_terminal_size(int fd, int *columns, int *rows) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return 1;
}

/// From now on the calling thread, and all that it starts, open sockets of netfilter's netlink only
/// if whoever has the returned descriptor lets them; -errno.
static inline int siaga_lab_guard_netfilter(void) {
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NETLINK_NETFILTER, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
  long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                    &filter);
  return fd >= 0 ? (int)fd : -errno;
}

/// Waits for the next who wants a socket; its thread and the question's number, or -errno:
/// -EAGAIN after a while, -ENOENT once there is nobody left who could ask.
static inline int siaga_lab_next_request(int fd, uint64_t *number) {
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  if (poll(&ready, 1, 100) <= 0) return -EAGAIN;
  if (!(ready.revents & POLLIN)) return -ENOENT;
  struct seccomp_notif request;
  memset(&request, 0, sizeof request);
  if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0) return errno == ENOENT ? -EAGAIN : -errno;
  *number = request.id;
  return (int)request.pid;
}

/// - Parameter failure: what the call fails with; 0 lets it through.
static inline void siaga_lab_answer_request(int fd, uint64_t number, int failure) {
  struct seccomp_notif_resp response = {.id = number, .error = -failure};
  if (failure == 0) response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &response);  // whoever asked may have died
}
