module Mco
  # The pipes to the daemon, moved to where nobody else finds them: what a provider or its children print goes to standard error,
  # and whoever of them reads standard input finds it empty (trap 7).
  class Channel
    LONGEST = 16 * 1024 * 1024 # [byte] of a line

    # `idle`: seconds without a question after which the process ends.
    def initialize(idle)
      @idle = idle
      @owner = Process.pid
      @in = $stdin.dup
      @out = $stdout.dup
      [@in, @out].each { |io| io.binmode.close_on_exec = true }
      $stdin.reopen(File::NULL)
      $stdout.reopen($stderr)
      $stdout.sync = true
    end

    # The next question; absent at the end of input.
    def read
      end_idle unless IO.select([@in], nil, nil, @idle)
      line = @in.gets("\n", LONGEST)
      JSON.parse(line.force_encoding(Encoding::UTF_8), create_additions: false) if line && line.end_with?("\n")
    end

    # A child that a provider forked does not answer in our place. A daemon that does not read is gone.
    def write(message)
      Process.exit!(1) unless Process.pid == @owner
      line = JSON.generate(message) << "\n"
      line = JSON.generate(refusal(message, line.bytesize)) << "\n" if line.bytesize > LONGEST
      bytes = line.b
      bytes = bytes.byteslice(write_some(bytes)..-1) until bytes.empty?
    rescue Errno::EPIPE
      exit(0)
    end

    private

    def end_idle
      write('bye' => 'idle')
      exit(0)
    end

    # How many bytes went out. After an answer that nobody awaits any more there may be nobody who reads it.
    def write_some(bytes)
      @out.write_nonblock(bytes)
    rescue IO::WaitWritable
      exit(1) unless IO.select(nil, [@out], nil, @idle)
      0
    end

    def refusal(message, size)
      { 'id' => message['id'], 'ok' => false, 'rss' => message['rss'],
        'error' => "the answer would have #{size} bytes, which is too much; ask for less" }
    end
  end
end
